/// Pairs of profile files, ordinary, odd and broken.
enum ProfileSamples {
    struct Sample: Sendable {
        let name: String
        var credentials: String?
        var config: String?
    }

    static let profile = "work"

    static let all: [Sample] = [
        Sample(name: "nothing"),
        Sample(name: "empty", credentials: "", config: "\n\n"),
        Sample(
            name: "plain",
            credentials: """
                [default]
                aws_access_key_id = AKDEFAULT
                aws_secret_access_key = default/secret+=

                [work]
                aws_access_key_id=AKWORK
                aws_secret_access_key=work/secret+=
                """,
            config: "[default]\nregion = us-east-1\n[profile work]\nregion = eu-central-1\noutput = json\n"),
        Sample(
            name: "credentials in config",
            config: """
                [profile work]
                aws_access_key_id = AKCONFIG
                aws_secret_access_key = s
                aws_session_token = t//==
                endpoint_url = http://localhost:9000
                """),
        Sample(
            name: "credentials go before config",
            credentials: "[work]\naws_access_key_id = A\naws_secret_access_key = B\nregion = from-credentials\n",
            config: "[profile work]\naws_access_key_id = C\naws_secret_access_key = D\nregion = from-config\n"),
        Sample(
            name: "comments, case, spaces and colons",
            credentials: """
                # comment
                ; another
                [work]   trailing
                AWS_Access_Key_ID  :  AK ID = x # not a comment
                  # indented comment
                aws_secret_access_key=a=b:c ; kept
                aws_session_token =\u{20}\u{20}
                """),
        Sample(
            name: "continued values and CRLF",
            credentials: "[work]\r\naws_access_key_id = AK\r\n   more\r\n\r\n   still\r\naws_secret_access_key = s\r\n",
            config: "[profile work]\r\nregion = r\r\n"),
        Sample(
            name: "quoted names and services",
            credentials: "[work]\naws_access_key_id = A\naws_secret_access_key = B",
            config: """
                [profile "work"]
                services = 'local'
                region = "quoted"
                [profile other]
                region = no
                [services 'local']
                s3 =
                  endpoint_url = http://s3.local
                [services local]
                s3 =
                  endpoint_url = http://127.0.0.1:1

                  addressing_style = path
                """),
        Sample(
            name: "services without quotes",
            config: """
                [profile work]
                endpoint_url = http://all
                services = local
                s3 =
                  max_concurrent_requests = 20
                [services local]
                dynamodb =
                  endpoint_url = http://no
                s3 =
                  endpoint_url = http://yes
                """),
        Sample(
            name: "DEFAULT gives to all",
            credentials: """
                [DEFAULT]
                aws_secret_access_key = common
                [work]
                aws_access_key_id = A
                [DEFAULT]
                region = everywhere
                """),
        Sample(
            name: "the last spelling counts",
            config: "[profile work]\nregion = one\n[profile 'work']\nregion = two\n[profile\twork]\nregion = three\n"),
        Sample(name: "profile prefix in the credentials file", credentials: "[profile work]\naws_access_key_id = A\n"),
        Sample(name: "secret without key", credentials: "[work]\naws_secret_access_key = B\n"),
        Sample(name: "key without secret", credentials: "[work]\naws_access_key_id = A\n"),
        Sample(
            name: "both tokens",
            credentials: """
                [work]
                aws_access_key_id = A
                aws_secret_access_key = B
                aws_session_token = new
                aws_security_token = old
                """),
        Sample(
            name: "unclosed quote in a header", config: "[profile \"work]\nregion = r\n[profile work]\nregion = s\n"),
        Sample(name: "unknown services", config: "[profile work]\nservices = nowhere\n"),
        Sample(name: "section twice", credentials: "[work]\na = 1\n[work]\nb = 2\n"),
        Sample(name: "option twice", credentials: "[work]\na = 1\nA = 2\n"),
        Sample(name: "text before a section", credentials: "aws_access_key_id = A\n[work]\n"),
        Sample(name: "a line that is nothing", credentials: "[work]\naws_access_key_id\n"),
        Sample(name: "no name", credentials: "[work]\n= 1\n"),
        Sample(name: "a block without equals", config: "[profile work]\ns3 =\n  nonsense\n"),
        Sample(name: "broken in another section", config: "[profile work]\nregion = r\n[other]\nnonsense\n"),
        Sample(name: "empty header", credentials: "[]\n[work]\na = 1\n"),
        Sample(name: "nested brackets", credentials: "[[work]]\na = 1\n[work]\nregion = r]\n"),
        Sample(name: "unicode", credentials: "[work]\nregion = münchen\n[añb]\nx = \u{1F600}\n"),
        Sample(name: "indented sections", credentials: "  [work]\n    region = deep\n  endpoint_url = e\n"),
    ]
}
