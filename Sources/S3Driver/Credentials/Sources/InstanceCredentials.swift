import Coffer

/// The credentials of the role of an EC2 instance.
struct InstanceCredentials: CredentialProvider {
    let name = "instance"
    let setup: CredentialSetup

    private static let path = "/latest/meta-data/iam/security-credentials/"

    func resolve() async throws(StoreError) -> CredentialResolution {
        let context = try await setup.context()
        let metadata = InstanceMetadata(services: setup.services)
        let session: InstanceMetadata.Session
        switch try await metadata.session(context) {
        case .success(let found): session = found
        case .failure(let nothing): return .nothing(because: nothing.reason)
        }
        do throws(StoreError) {
            return try await credentials(metadata, session)
        } catch {
            // Version 1 was tried where no token could be had: then nothing is there at all.
            if session.token == nil, error.code == .timeout || error.code == .connectionFailed {
                return .nothing(because: "no metadata service answers at \(session.url.description)")
            }
            throw error
        }
    }

    private func credentials(
        _ metadata: InstanceMetadata, _ session: InstanceMetadata.Session
    ) async throws(StoreError) -> CredentialResolution {
        let place = "the metadata service at \(session.url.description)"
        let roles = try await metadata.read(Self.path, session)
        guard roles.status == 200,
            let role = roles.text.split(whereSeparator: \.isNewline).first.map(String.init), !role.isEmpty
        else {
            return .nothing(
                because: roles.status == 200 || roles.status == 404
                    ? "\(place) knows no role of this instance" : "\(place) answered with status \(roles.status)")
        }
        let answer = try await metadata.read(Self.path + PercentEncoding.encode(role), session)
        guard answer.status == 200 else {
            return .nothing(because: "\(place) answered with status \(answer.status) when asked for the role's keys")
        }
        let found = try MetadataDocument.credentials(answer.body, of: place)
        return .credentials(found.from("instance (role \(role) of \(session.url.description))"))
    }
}
