import Coffer
import Foundation
import Testing

@testable import S3Driver

@Suite("Profile files")
struct ProfileTests {
    /// A folder with a sample's files, removed when the body has ended.
    func withFolder<R>(_ body: (URL) async throws -> R) async throws -> R {
        let folder = FileManager.default.temporaryDirectory.appending(path: "profiles-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await body(folder)
    }

    func write(_ sample: ProfileSamples.Sample, to folder: URL) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try sample.credentials?.write(to: folder.appending(path: "credentials"), atomically: false, encoding: .utf8)
        try sample.config?.write(to: folder.appending(path: "config"), atomically: false, encoding: .utf8)
    }

    func provider(_ folder: URL, profile: String? = ProfileSamples.profile) -> ProfileCredentials {
        ProfileCredentials(profile: profile, environment: environment(folder))
    }

    func environment(_ folder: URL) -> [String: String] {
        [
            "AWS_SHARED_CREDENTIALS_FILE": folder.appending(path: "credentials").path,
            "AWS_CONFIG_FILE": folder.appending(path: "config").path,
        ]
    }

    struct Theirs: Decodable, Equatable {
        var error: String?
        var region: String?
        var endpoint: String?
        var access: String?
        var secret: String?
        var token: String?
    }

    @Test("every sample is read as botocore reads it")
    func botocore() async throws {
        try await withFolder { root in
            var folders: [URL] = []
            for (index, sample) in ProfileSamples.all.enumerated() {
                let folder = root.appending(path: "\(index)")
                try write(sample, to: folder)
                folders.append(folder)
            }
            let lines = try PythonOracle.lines(
                "botocore_profiles.py", [ProfileSamples.profile] + folders.map(\.path))
            #expect(lines.count == ProfileSamples.all.count)
            for (index, line) in lines.enumerated() {
                var theirs = try JSONDecoder().decode(Theirs.self, from: line)
                if theirs.token == "" { theirs.token = nil }
                let ours = await read(folders[index])
                let name = ProfileSamples.all[index].name
                if theirs.error != nil {
                    #expect(ours.error != nil, "\(name): \(theirs)")
                } else {
                    #expect(ours == theirs, "\(name)")
                }
            }
        }
    }

    /// What we find, in botocore's terms. An empty value is botocore's empty string and our nothing.
    func read(_ folder: URL) async -> Theirs {
        do throws(StoreError) {
            let provider = provider(folder)
            let context = try await AWSContext.read(environment(folder), profile: ProfileSamples.profile)
            var result = Theirs(region: context.settings.region, endpoint: context.settings.endpointURL)
            // A profile that is not there is an error of the source; what is compared here is what the files hold.
            guard context.files.section(ProfileSamples.profile) != nil else { return result }
            if case .credentials(let found) = try await provider.resolve() {
                result.access = found.accessKeyID
                result.secret = found.secretAccessKey
                result.token = found.sessionToken
            }
            return result
        } catch {
            return Theirs(error: error.message)
        }
    }

    @Test("a fault names the file and the line, and never what is in it")
    func faults() async throws {
        try await withFolder { folder in
            for (text, line) in [("[work]\nsecret-in-the-wrong-place\n", 2), ("x=1\n", 1), ("[a]\nb=1\n\n[a]\n", 4)] {
                try write(ProfileSamples.Sample(name: "", credentials: text), to: folder)
                let provider = provider(folder)
                let error = await #expect(throws: StoreError.self) { try await provider.resolve() }
                #expect(error?.code == .invalidConfiguration)
                #expect(error?.message.contains("\(folder.path)/credentials, line \(line): ") == true)
                #expect(error?.message.contains("secret-in") == false)
            }
            try Data([0xFF, 0xFE, 0x5B]).write(to: folder.appending(path: "credentials"))
            let provider = provider(folder)
            let error = await #expect(throws: StoreError.self) { try await provider.resolve() }
            #expect(error?.message.contains("is not UTF-8") == true)
        }
    }

    @Test("a key without a secret is an error that names the profile")
    func partial() async throws {
        try await withFolder { folder in
            try write(ProfileSamples.Sample(name: "", credentials: "[work]\naws_access_key_id = A\n"), to: folder)
            let provider = provider(folder)
            let error = await #expect(throws: StoreError.self) { try await provider.resolve() }
            #expect(error?.code == .invalidConfiguration)
            #expect(error?.message.contains("profile 'work'") == true)
        }
    }

    @Test("AWS_PROFILE chooses the profile, and without it the profile is 'default'")
    func choice() async throws {
        try await withFolder { folder in
            let text = """
                [default]
                aws_access_key_id = D
                aws_secret_access_key = d
                [work]
                aws_access_key_id = W
                aws_secret_access_key = w
                """
            try write(ProfileSamples.Sample(name: "", credentials: text), to: folder)
            var environment = ["AWS_SHARED_CREDENTIALS_FILE": folder.appending(path: "credentials").path]
            environment["AWS_CONFIG_FILE"] = "/nonexistent"
            func key(_ environment: [String: String]) async throws -> String? {
                guard case .credentials(let found) = try await ProfileCredentials(environment: environment).resolve()
                else { return nil }
                return found.accessKeyID
            }
            #expect(try await key(environment) == "D")
            environment["AWS_PROFILE"] = ""
            #expect(try await key(environment) == "D")
            environment["AWS_PROFILE"] = "work"
            #expect(try await key(environment) == "W")
            environment["AWS_PROFILE"] = "other"
            let error = await #expect(throws: StoreError.self) { try await key(environment) }
            #expect(error?.code == .invalidConfiguration)
            #expect(error?.message.contains("there is no profile 'other'") == true)
        }
    }

    @Test("the home directory holds the files, and paths are expanded")
    func home() async throws {
        try await withFolder { folder in
            let text = "[default]\naws_access_key_id = H\naws_secret_access_key = h\n"
            try write(ProfileSamples.Sample(name: "", credentials: text), to: folder.appending(path: ".aws"))
            for path in [nil, "~/.aws/credentials", "$HOME/.aws/credentials", "${WHERE}/.aws/credentials"] {
                var environment = ["HOME": folder.path, "WHERE": folder.path]
                environment["AWS_SHARED_CREDENTIALS_FILE"] = path
                let found = try await ProfileCredentials(environment: environment).resolve()
                #expect(found == .credentials(Credentials(accessKeyID: "H", secretAccessKey: "h")), "\(path ?? "nil")")
            }
        }
        #expect(PathExpansion.expand("~other/$A${B", ["A": "1", "B": "2", "HOME": "/h"]) == "~other/1${B")
        #expect(PathExpansion.expand("$UNSET/~", ["HOME": "/h"]) == "$UNSET/~")
        #expect(PathExpansion.expand("~", [:]).hasPrefix("/"))
    }

    @Test("what stands in the way is said")
    func obstacles() async throws {
        try await withFolder { folder in
            let config = "[profile work]\nregion = r\n"
            try write(ProfileSamples.Sample(name: "", config: config), to: folder)
            try FileManager.default.createDirectory(
                at: folder.appending(path: "credentials"), withIntermediateDirectories: true)
            guard case .nothing(let reason) = try await provider(folder).resolve() else {
                Issue.record("credentials out of nowhere")
                return
            }
            #expect(reason.contains("profile 'work' has no credentials"))
            #expect(reason.contains("\(folder.path)/credentials is not a regular file"))
        }
    }
}
