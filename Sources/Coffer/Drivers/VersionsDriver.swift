/// A driver that keeps the versions of objects and can list them.
///
/// It claims ``Capabilities/Features/versions``: then ``ReadOptions/version``, ``DeleteOptions/version`` and
/// ``CopyOptions/sourceVersion`` work too, and writes give ``ObjectInfo/version``.
public protocol VersionsDriver: Driver {
    /// Lists one page of versions and delete markers.
    ///
    /// - Parameter options: What to list; `limit` is at most ``Capabilities/maxPageSize``, nil for the driver's choice.
    func listVersions(_ options: VersionListOptions) async throws(StoreError) -> VersionPage

    /// Deletes versions and delete markers for good; those that are not there are no error.
    ///
    /// - Parameters:
    ///   - versions: At most ``Capabilities/maxBatchDelete``, each once.
    ///   - mfa: The code of a second factor, where one is needed.
    ///   - bypassesGovernance: Whether a retention in governance mode does not count.
    /// - Returns: An outcome for each, in the same order.
    /// - Throws: What concerns the request as a whole.
    func deleteVersions(
        _ versions: [VersionID], mfa: MFACode?, bypassesGovernance: Bool
    ) async throws(StoreError) -> [DeleteOutcome]
}
