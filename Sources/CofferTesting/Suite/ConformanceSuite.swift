/// The behaviours that every driver must have. Source: the contract in `Coffer`, and what drivers of other frameworks
/// got wrong.
///
/// A driver author adds one test; with Swift Testing every case is shown by its own name:
///
/// ```swift
/// @Test(arguments: ConformanceSuite.cases)
/// func conformance(_ case: ConformanceCase) async throws {
///     try await `case`.run(on: myTarget)
/// }
/// ```
public enum ConformanceSuite {
    /// All cases.
    public static let cases: [ConformanceCase] =
        writeCases + writeKeyCases + writeMetadataCases + writeConditionCases + checksumCases + writerCases
        + writerEndCases
        + multipartCases + readCases + readRangeCases + readConditionCases + statCases + listCases + listPageCases
        + deleteCases + versionCases + copyCases + moveCases + tagCases + tagCopyCases + encryptionCases + presignCases
        + presignUploadCases + visibilityCases + transferCases + concurrencyCases + storeCases

    /// The cases of one area.
    ///
    /// - Parameter area: The area.
    public static func cases(of area: ConformanceCase.Area) -> [ConformanceCase] { cases.filter { $0.area == area } }
}
