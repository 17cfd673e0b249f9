extension IdentityCase {
    /// The cases: environments, files, containers, instances.
    static var all: [IdentityCase] { plain + roles + webIdentity + sso + processes + machines }

    static let plain: [IdentityCase] = [
        IdentityCase(name: "nothing at all"),
        IdentityCase(name: "variables", environment: variables),
        IdentityCase(
            name: "variables with a token and a region",
            environment: variables.merging(["AWS_SESSION_TOKEN": "t//==", "AWS_DEFAULT_REGION": "eu-north-1"]) { $1 }),
        IdentityCase(name: "half of the variables", environment: ["AWS_ACCESS_KEY_ID": "AKIDENV"]),
        IdentityCase(
            name: "empty variables", environment: ["AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""],
            credentials: "[default]\n" + keys),
        IdentityCase(name: "variables before the profile", environment: variables, credentials: "[default]\n" + keys),
        IdentityCase(
            name: "AWS_PROFILE does not go before variables",
            environment: variables.merging(["AWS_PROFILE": "work"]) { $1 }, credentials: "[work]\n" + keys),
        IdentityCase(
            name: "a profile by name goes before variables", environment: variables, profile: "work",
            credentials: "[work]\n" + keys),
        IdentityCase(name: "default profile", credentials: "[default]\n" + keys),
        IdentityCase(
            name: "region of the profile", environment: ["AWS_PROFILE": "work"], credentials: "[work]\n" + keys,
            config: "[profile work]\nregion = ca-central-1\n"),
        IdentityCase(
            name: "region of the environment before that of the profile",
            environment: ["AWS_PROFILE": "work", "AWS_DEFAULT_REGION": "sa-east-1"], credentials: "[work]\n" + keys,
            config: "[profile work]\nregion = ca-central-1\n"),
        IdentityCase(name: "keys of the configuration file", config: "[default]\n" + keys + "region = us-west-1\n"),
        IdentityCase(
            name: "a profile that is not there", environment: ["AWS_PROFILE": "nowhere"],
            credentials: "[default]\n" + keys),
        IdentityCase(name: "a file that makes no sense", credentials: "nonsense\n"),
        IdentityCase(
            name: "files elsewhere",
            environment: [
                "AWS_SHARED_CREDENTIALS_FILE": "HOME/elsewhere/keys", "AWS_CONFIG_FILE": "~/elsewhere/settings",
            ],
            files: ["elsewhere/keys": "[default]\n" + keys, "elsewhere/settings": "[default]\nregion = il-central-1\n"]),
    ]

    private static func role(_ more: String = "", name: String = "top") -> String {
        "[profile top]\nrole_arn = arn:aws:iam::111122223333:role/\(name)\nregion = eu-west-3\n\(more)\n"
    }
    private static let top = ["AWS_PROFILE": "top"]

    static let roles: [IdentityCase] = [
        IdentityCase(
            name: "role with a source", environment: top, credentials: "[base]\n" + keys,
            config: role("source_profile = base")),
        IdentityCase(
            name: "role with everything", environment: top, credentials: "[base]\n" + keys,
            config: role(
                "source_profile = base\nexternal_id = partner:7/x\nrole_session_name = me@home\nduration_seconds = 1200"
            )),
        IdentityCase(
            name: "a chain of roles", environment: top, credentials: "[base]\n" + keys,
            config: role("source_profile = middle")
                + "[profile middle]\nrole_arn = arn:aws:iam::444455556666:role/middle\nsource_profile = base\n"),
        IdentityCase(
            name: "keys of the source go before its role", environment: top,
            config: role("source_profile = middle") + "[profile middle]\nrole_arn = arn:aws:iam::4:role/m\n"
                + "source_profile = nowhere\n" + keys),
        IdentityCase(
            name: "a profile that is its own source", environment: top, config: role("source_profile = top\n" + keys)),
        IdentityCase(name: "its own source without keys", environment: top, config: role("source_profile = top")),
        IdentityCase(
            name: "a circle", environment: top,
            config: role("source_profile = middle")
                + "[profile middle]\nrole_arn = arn:aws:iam::4:role/m\nsource_profile = top\n"),
        IdentityCase(name: "a source that is not there", environment: top, config: role("source_profile = nowhere")),
        IdentityCase(
            name: "a source without credentials", environment: top,
            config: role("source_profile = base") + "[profile base]\nregion = us-east-2\n"),
        IdentityCase(name: "a role without a source", environment: top, config: role()),
        IdentityCase(
            name: "two sources", environment: top, credentials: "[base]\n" + keys,
            config: role("source_profile = base\ncredential_source = Environment")),
        IdentityCase(
            name: "the environment as source", environment: top.merging(variables) { $1 }, profile: "top",
            config: role("credential_source = Environment")),
        IdentityCase(
            name: "the container as source",
            environment: top.merging(["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:PORT/container/x"]) {
                $1
            },
            config: role("credential_source = EcsContainer")),
        IdentityCase(
            name: "the instance as source", environment: top.merging(metadata("imds")) { $1 },
            config: role("credential_source = Ec2InstanceMetadata")),
        IdentityCase(name: "an unknown source", environment: top, config: role("credential_source = Moon")),
        IdentityCase(
            name: "a role that may not be taken", environment: top, credentials: "[base]\n" + keys,
            config: role("source_profile = base", name: "forbidden")),
        IdentityCase(
            name: "wrong keys", environment: top,
            credentials: "[base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = wrong\n",
            config: role("source_profile = base")),
        IdentityCase(
            name: "the variable's endpoint, where nothing listens, before that of the profile's services",
            environment: top.merging(["AWS_ENDPOINT_URL_STS": "http://127.0.0.1:1"]) { $1 },
            credentials: "[base]\n" + keys,
            config: role("source_profile = base\nservices = local")
                + "[services local]\nsts =\n  endpoint_url = http://127.0.0.1:PORT/sts\n"),
        IdentityCase(
            name: "configured endpoints are ignored", environment: ["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"],
            credentials: "[default]\n" + keys),
    ]

    static let webIdentity: [IdentityCase] = [
        IdentityCase(name: "web identity", environment: web, files: jwt),
        IdentityCase(
            name: "web identity with a session name",
            environment: web.merging(["AWS_ROLE_SESSION_NAME": "pod-7"]) { $1 }, files: jwt),
        IdentityCase(
            name: "variables before web identity", environment: web.merging(variables) { $1 }, files: jwt),
        IdentityCase(
            name: "web identity before the keys of a profile", environment: web, credentials: "[default]\n" + keys,
            files: jwt),
        IdentityCase(name: "web identity without its file", environment: web),
        IdentityCase(
            name: "web identity without a role", environment: ["AWS_WEB_IDENTITY_TOKEN_FILE": "HOME/jwt"], files: jwt),
        IdentityCase(name: "a token that is refused", environment: web, files: ["jwt": "jwt-of-somebody-else"]),
        IdentityCase(
            name: "web identity of a profile", environment: top, config: role("web_identity_token_file = HOME/jwt"),
            files: jwt),
        IdentityCase(
            name: "a profile with web identity as source", environment: top,
            config: role("source_profile = web")
                + "[profile web]\nrole_arn = arn:aws:iam::1:role/web\nweb_identity_token_file = HOME/jwt\n",
            files: jwt),
        IdentityCase(
            name: "web identity and a role of the profile", environment: web.merging(top) { $1 },
            credentials: "[base]\n" + keys, config: role("source_profile = base"), files: jwt,
            deviation: (
                "web_identity",
                "Go, Java, JavaScript and Rust ask the environment's web identity before the profile; botocore takes a "
                    + "profile's role first"
            )),
    ]

    private static let legacy =
        "[profile top]\nsso_start_url = https://example.awsapps.com/start\nsso_region = eu-west-1\n"
        + "sso_account_id = 123456789012\nsso_role_name = Reader\nregion = eu-west-1\n"
    private static let session =
        "[profile top]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Reader\n"
        + "[sso-session corp]\nsso_start_url = https://example.awsapps.com/start\nsso_region = eu-west-1\n"

    static let sso: [IdentityCase] = [
        IdentityCase(
            name: "SSO, the old form", environment: top, config: legacy,
            files: token("https://example.awsapps.com/start", expires: 3600)),
        IdentityCase(
            name: "SSO, the old form, ended", environment: top, config: legacy,
            files: token("https://example.awsapps.com/start", expires: -60)),
        IdentityCase(name: "SSO without a token", environment: top, config: legacy),
        IdentityCase(
            name: "SSO with a session", environment: top, config: session, files: token("corp", expires: 3600)),
        IdentityCase(
            name: "SSO, renewed", environment: top, config: session, files: token("corp", expires: -60, more: renewable)
        ),
        IdentityCase(
            name: "SSO, ends soon and cannot be renewed", environment: top, config: session,
            files: token("corp", expires: 300)),
        IdentityCase(
            name: "SSO, ended and cannot be renewed", environment: top, config: session,
            files: token("corp", expires: -60)),
        IdentityCase(
            name: "SSO, the registration ended", environment: top, config: session,
            files: token(
                "corp", expires: -60, more: renewable.merging(["registrationExpiresAt": "2020-01-01T00:00:00Z"]) { $1 })
        ),
        IdentityCase(
            name: "SSO, a token that the service does not know", environment: top, config: session,
            files: token("corp", expires: 3600, more: ["accessToken": "sso-revoked"])),
        IdentityCase(
            name: "SSO, the session is not there", environment: top,
            config: "[profile top]\nsso_session = gone\nsso_account_id = 123456789012\nsso_role_name = Reader\n"),
        IdentityCase(
            name: "SSO, profile and session disagree", environment: top,
            config: session.replacing(
                "sso_role_name = Reader\n", with: "sso_role_name = Reader\nsso_region = us-east-1\n"),
            files: token("corp", expires: 3600)),
        IdentityCase(
            name: "SSO lacks its role", environment: top,
            config: session.replacing("sso_role_name = Reader\n", with: ""), files: token("corp", expires: 3600)),
        IdentityCase(
            name: "SSO before the keys of a profile", environment: top, credentials: "[top]\n" + keys, config: legacy,
            files: token("https://example.awsapps.com/start", expires: 3600)),
        IdentityCase(
            name: "a role with SSO as its source", environment: ["AWS_PROFILE": "admin"],
            config: session
                + "[profile admin]\nregion = us-east-2\nrole_arn = arn:aws:iam::1:role/admin\nsource_profile = top\n",
            files: token("corp", expires: 3600)),
    ]

    private static func process(_ json: String, _ command: String = "cat HOME/out.json") -> IdentityCase {
        IdentityCase(
            name: "process \(command) \(json)", environment: top,
            config: "[profile top]\ncredential_process = \(command)\n",
            files: ["out.json": json, "with space.json": json])
    }

    static let processes: [IdentityCase] = [
        process(#"{"Version": 1, "AccessKeyId": "AKIDP", "SecretAccessKey": "p\u002fs", "SessionToken": "pt"}"#),
        process(
            #"{"Version": 1, "AccessKeyId": "AKIDP", "SecretAccessKey": "ps", "Expiration": "2099-01-01T00:00:00+02:00"}"#
        ),
        process(#"{"Version": 2, "AccessKeyId": "AKIDP", "SecretAccessKey": "ps"}"#),
        process(#"{"Version": 1, "AccessKeyId": "AKIDP"}"#),
        process("nonsense"),
        process(#"{"Version": 1, "AccessKeyId": "AKIDQ", "SecretAccessKey": "qs"}"#, #"cat "HOME/with space.json""#),
        process("{}", "false"),
        process("{}", "/nonexistent/program"),
        IdentityCase(
            name: "keys of the credentials file before a process", environment: top, credentials: "[top]\n" + keys,
            config: "[profile top]\ncredential_process = false\n"),
        IdentityCase(
            name: "a process before keys of the configuration file", environment: top,
            config: "[profile top]\ncredential_process = cat HOME/out.json\n" + keys,
            files: ["out.json": #"{"Version": 1, "AccessKeyId": "AKIDR", "SecretAccessKey": "rs"}"#]),
    ]

    private static func container(_ more: [String: String], _ files: [String: String] = [:]) -> IdentityCase {
        IdentityCase(name: "container \(more.sorted { $0.key < $1.key })", environment: more, files: files)
    }
    private static let full = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
    private static let auth = "AWS_CONTAINER_AUTHORIZATION_TOKEN"

    static let machines: [IdentityCase] = [
        container(["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/container/v2/credentials?id=7"]),
        container([full: "http://127.0.0.1:PORT/container/eks"]),
        container([full: "http://localhost:PORT/container/eks"]),
        container([full: "http://127.0.0.1:PORT/container/auth", auth: "Bearer container-token"]),
        container([full: "http://127.0.0.1:PORT/container/auth", auth: "Bearer wrong"]),
        container(
            [full: "http://127.0.0.1:PORT/container/auth", auth + "_FILE": "HOME/token", auth: "Bearer wrong"],
            ["token": "Bearer container-token"]),
        container([full: "http://127.0.0.1:PORT/container/auth", auth: "a\r\nx: y"]),
        container([full: "http://169.254.1.1/container"]),
        container([full: "http://example.com/container"]),
        container([full: "http://127.0.0.1:PORT/container/broken"]),
        IdentityCase(
            name: "the profile before the container",
            environment: [full: "http://127.0.0.1:PORT/container/x"], credentials: "[default]\n" + keys),
        IdentityCase(
            name: "the container before the instance",
            environment: metadata("imds").merging([full: "http://127.0.0.1:PORT/container/x"]) { $1 }),
        IdentityCase(name: "the instance", environment: metadata("imds")),
        IdentityCase(
            name: "the instance's region", environment: metadata("imds").merging(["AWS_DEFAULT_REGION": "x-1"]) { $1 }),
        IdentityCase(name: "the instance's credentials have ended", environment: metadata("imds-stale")),
        IdentityCase(name: "an instance without a role", environment: metadata("imds-norole")),
        IdentityCase(name: "metadata version 1", environment: metadata("imds-v1")),
        IdentityCase(
            name: "metadata version 1 turned off",
            environment: metadata("imds-v1").merging(["AWS_EC2_METADATA_V1_DISABLED": "true"]) { $1 }),
        IdentityCase(
            name: "metadata version 1 turned off by the profile", environment: metadata("imds-v1"),
            config: "[default]\nec2_metadata_v1_disabled = true\n"),
        IdentityCase(name: "metadata refuses", environment: metadata("imds-off")),
        IdentityCase(
            name: "metadata turned off",
            environment: metadata("imds").merging(["AWS_EC2_METADATA_DISABLED": "TRUE"]) { $1 }),
        IdentityCase(
            name: "the profile says where metadata is", environment: ["AWS_EC2_METADATA_DISABLED": "false"],
            config: "[default]\nec2_metadata_service_endpoint = http://127.0.0.1:PORT/imds\n"),
        IdentityCase(
            name: "a profile by name that has no credentials", environment: metadata("imds").merging(variables) { $1 },
            profile: "work", config: "[profile work]\nregion = us-west-2\n"),
        IdentityCase(
            name: "the region of AWS_REGION", environment: variables.merging(["AWS_REGION": "me-south-1"]) { $1 },
            deviation: ("environment", "all SDKs but botocore read AWS_REGION, and so do we")),
    ]
}
