import Coffer

/// How the credentials of a profile are got: read from its files, nothing asked yet.
indirect enum ProfilePlan: Sendable {
    /// They are in a file.
    case keys(Credentials)
    /// A role, taken with what another plan gives.
    case role(RoleRequest, with: ProfilePlan)
    /// A role, taken with the token in a file.
    case webIdentity(RoleRequest, path: String)
    /// SSO.
    case sso(SSOCredentials.Settings)
    /// A program.
    case process(String, profile: String)
    /// Another source of the chain: `credential_source`.
    case named(Named)
    /// There are none, and why.
    case nothing(because: String)

    /// The sources that `credential_source` names.
    enum Named: String, Sendable, CaseIterable {
        case environment = "Environment"
        case instance = "Ec2InstanceMetadata"
        case container = "EcsContainer"
    }
}

/// Makes a plan of a profile. The order within a profile is botocore's: a role with a source, web identity, SSO, keys of
/// the credentials file, a program, keys of the configuration file.
struct ProfilePlanner {
    let files: ProfileFiles
    private var visited: [String] = []

    init(_ files: ProfileFiles) { self.files = files }

    /// Makes the plan.
    ///
    /// - Parameter profile: The profile that was asked for.
    /// - Throws: `invalidConfiguration` for what makes no sense, `unsupported` for what cannot be done here.
    mutating func plan(_ profile: String) throws(StoreError) -> ProfilePlan {
        guard let section = files.section(profile) else { return .nothing(because: missing(profile)) }
        if takesRole(section) { return try role(profile, section) }
        return try own(profile, section)
    }

    private func takesRole(_ section: [String: String]) -> Bool {
        section["role_arn"] != nil && section["web_identity_token_file"] == nil
    }

    private func hasKeys(_ section: [String: String]) -> Bool {
        section["aws_access_key_id"] != nil || section["aws_secret_access_key"] != nil
    }

    private mutating func role(_ profile: String, _ section: [String: String]) throws(StoreError) -> ProfilePlan {
        visited.append(profile)
        let request = try request(profile, section)
        if section["mfa_serial"] != nil {
            throw StoreError(
                .unsupported,
                "profile '\(profile)' needs a code of the device in mfa_serial, and there is nobody to ask; get "
                    + "credentials with 'aws sts assume-role --token-code …', or write a credential_process that asks")
        }
        switch (section["source_profile"], section["credential_source"]) {
        case (.some, .some):
            throw fault(profile, "has both source_profile and credential_source; keep one")
        case (nil, nil):
            throw fault(profile, "has role_arn, but neither source_profile nor credential_source; add one")
        case (nil, let source?):
            guard
                let named = ProfilePlan.Named.allCases.first(where: { $0.rawValue.lowercased() == source.lowercased() })
            else {
                throw fault(
                    profile,
                    "has credential_source '\(source)'; it must be one of "
                        + ProfilePlan.Named.allCases.map(\.rawValue).joined(separator: ", "))
            }
            return .role(request, with: .named(named))
        case (let source?, nil): return .role(request, with: try self.source(source, of: profile))
        }
    }

    /// The plan of a `source_profile`. A profile may name itself for its own keys.
    private mutating func source(_ name: String, of profile: String) throws(StoreError) -> ProfilePlan {
        guard let section = files.section(name) else {
            throw fault(profile, "has source_profile '\(name)', which is in neither file")
        }
        if visited.contains(name), name != profile || !hasKeys(section) {
            throw fault(profile, "has source_profile '\(name)', and so the profiles go round in a circle")
        }
        if takesRole(section), !hasKeys(section) { return try role(name, section) }
        let plan = try own(name, section)
        if case .nothing(let reason) = plan {
            throw fault(profile, "has source_profile '\(name)', which has no credentials: \(reason)")
        }
        return plan
    }

    /// The plan of a profile that takes no role with another's credentials.
    private func own(_ profile: String, _ section: [String: String]) throws(StoreError) -> ProfilePlan {
        if let path = section["web_identity_token_file"], !path.isEmpty {
            guard section["role_arn"]?.isEmpty == false else {
                throw fault(profile, "has web_identity_token_file, but no role_arn; add it")
            }
            return .webIdentity(try request(profile, section), path: path)
        }
        if section["sso_account_id"] != nil || section["sso_role_name"] != nil {
            return .sso(try sso(profile, section))
        }
        if let found = try keys(profile, files.credentialsSection(profile), files.credentials.path) {
            return .keys(found)
        }
        if section["login_session"] != nil {
            throw StoreError(
                .unsupported,
                "profile '\(profile)' has login_session, which is not used here; set credential_process to "
                    + "'aws configure export-credentials --profile \(profile)' in a profile of its own")
        }
        if let command = section["credential_process"], !command.isEmpty {
            return .process(command, profile: profile)
        }
        if let found = try keys(profile, files.configSection(profile), files.config.path) { return .keys(found) }
        return .nothing(because: "profile '\(profile)' has no credentials (\(places))")
    }

    private func keys(
        _ profile: String, _ section: [String: String]?, _ path: String
    ) throws(StoreError) -> Credentials? {
        guard let section, let key = section["aws_access_key_id"], !key.isEmpty else { return nil }
        guard let secret = section["aws_secret_access_key"], !secret.isEmpty else {
            throw StoreError(
                .invalidConfiguration,
                "profile '\(profile)' in \(path) has aws_access_key_id, but no aws_secret_access_key")
        }
        let token = section["aws_security_token"] ?? section["aws_session_token"]
        return Credentials(
            accessKeyID: key, secretAccessKey: secret, sessionToken: token.flatMap { $0.isEmpty ? nil : $0 },
            source: "profile '\(profile)' in \(path)")
    }

    private func request(_ profile: String, _ section: [String: String]) throws(StoreError) -> RoleRequest {
        func value(_ name: String) -> String? { section[name].flatMap { $0.isEmpty ? nil : $0 } }
        var request = RoleRequest(
            arn: section["role_arn"] ?? "", sessionName: value("role_session_name"), externalID: value("external_id"))
        if let text = value("duration_seconds") {
            guard let seconds = Int64(text), (900...43_200).contains(seconds) else {
                throw fault(profile, "has duration_seconds '\(text)'; it must be 900 to 43200")
            }
            request.seconds = seconds
        }
        return request
    }

    private func sso(_ profile: String, _ section: [String: String]) throws(StoreError) -> SSOCredentials.Settings {
        var values = section
        let session = section["sso_session"]
        if let session {
            guard let more = files.ssoSession(session) else {
                throw fault(
                    profile, "has sso_session '\(session)', but \(files.config.path) has no [sso-session \(session)]")
            }
            for (name, value) in more {
                if let own = values[name], own != value {
                    throw fault(
                        profile, "has another \(name) than its sso-session '\(session)'; take it out of the profile")
                }
                values[name] = value
            }
        }
        let missing = ["sso_role_name", "sso_account_id", "sso_start_url", "sso_region"].filter { values[$0] == nil }
        guard missing.isEmpty else {
            throw fault(profile, "is to use SSO, but lacks \(missing.joined(separator: ", "))")
        }
        return SSOCredentials.Settings(
            account: values["sso_account_id"] ?? "", role: values["sso_role_name"] ?? "",
            startURL: values["sso_start_url"] ?? "", region: values["sso_region"] ?? "", session: session)
    }

    private func fault(_ profile: String, _ message: String) -> StoreError {
        StoreError(.invalidConfiguration, "profile '\(profile)' \(message)")
    }

    /// The files, and what stands in the way of reading them.
    private var places: String {
        [files.credentials, files.config].map { $0.path + ($0.obstacle.map { " " + $0 } ?? "") }
            .joined(separator: ", ")
    }

    private func missing(_ profile: String) -> String {
        [files.credentials, files.config].map { file in
            file.obstacle.map { "\(file.path) \($0)" } ?? "\(file.path) has no profile '\(profile)'"
        }.joined(separator: ", ")
    }
}
