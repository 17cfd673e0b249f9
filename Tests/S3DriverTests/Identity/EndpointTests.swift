import Coffer
import Foundation
import Testing

@testable import S3Driver

/// Where requests go to, for all that the options can say: as botocore sends them.
struct EndpointTests {
    struct Place: Encodable, Sendable {
        var bucket: String
        var region: String
        var style = "auto"
        var dualstack = false
        var fips = false
        var accelerate = false
        var arn_region = true
        var endpoint: String?

        var options: [String: String] {
            var options = [
                "bucket": bucket, "region": region, "addressing": style, "dualstack": "\(dualstack)", "fips": "\(fips)",
                "accelerate": "\(accelerate)", "use_arn_region": "\(arn_region)",
            ]
            options["endpoint"] = endpoint
            return options
        }
    }

    struct Theirs: Decodable {
        var url: String?
        var region: String?
        var service: String?
        var error: String?
    }

    private static let buckets = [
        "photos", "my.photos", "arn:aws:s3:us-west-2:123456789012:accesspoint/point",
        "arn:aws:s3:us-west-2:123456789012:accesspoint:point", "arn:aws:s3:eu-west-1:123456789012:accesspoint/point",
        "arn:aws:s3-object-lambda:us-west-2:123456789012:accesspoint/point",
        "arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-1/accesspoint/point",
        "arn:aws-cn:s3:cn-north-1:123456789012:accesspoint/point", "arn:aws:s3:us-west-2:123456789012:bucket/x",
        "arn:aws:s3:us-west-2::accesspoint/point", "arn:aws:s3:us-west-2:123456789012:accesspoint/po_int",
        "arn:aws:sqs:us-west-2:123456789012:queue",
    ]

    private static var places: [Place] {
        var places: [Place] = []
        for bucket in buckets {
            for variants in 0..<8 {
                for style in ["auto", "path", "virtual"] {
                    places.append(
                        Place(
                            bucket: bucket, region: "us-west-2", style: style, dualstack: variants & 1 != 0,
                            fips: variants & 2 != 0, accelerate: variants & 4 != 0))
                }
            }
            for region in [
                "us-east-1", "cn-north-1", "us-gov-west-1", "us-iso-east-1", "us-isob-east-1", "eusc-de-east-1",
            ] {
                for variants in [0, 1, 2, 4] {
                    places.append(
                        Place(
                            bucket: bucket, region: region, dualstack: variants & 1 != 0, fips: variants & 2 != 0,
                            accelerate: variants & 4 != 0))
                }
            }
            places.append(Place(bucket: bucket, region: "us-west-2", arn_region: false))
            for endpoint in ["http://localhost:9000", "https://s3.example.com/base"] {
                for style in ["auto", "path", "virtual"] {
                    places.append(Place(bucket: bucket, region: "us-west-2", style: style, endpoint: endpoint))
                }
            }
        }
        // botocore turns addressing=path off here without a word; its own rules, and other SDKs, refuse it.
        places.removeAll { $0.style == "path" && ($0.accelerate || $0.bucket.hasPrefix("arn:")) }
        // An outpost below one's own endpoint: botocore always takes https and drops the path.
        places.removeAll { $0.endpoint != nil && $0.bucket.contains("s3-outposts") }
        return places
    }

    @Test(arguments: [
        ["accelerate": "true"], ["bucket": "arn:aws:s3:us-east-1:123456789012:accesspoint/point"],
    ])
    func pathsDoNotGoWithHosts(options: [String: String]) {
        let error = #expect(throws: StoreError.self) {
            try settings(options.merging(["addressing": "path", "region": "us-east-1"]) { $1 })
        }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message.contains("addressing=path") == true)
    }

    @Test("every place is where botocore finds it, and refused where botocore refuses it")
    func botocore() throws {
        let home = try Home()
        let places = Self.places
        try home.write(String(decoding: JSONEncoder().encode(places), as: UTF8.self), "cases.json")
        let lines = try PythonOracle.lines("botocore_endpoints.py", [home.path + "/cases.json"])
        #expect(lines.count == places.count)
        for (place, line) in zip(places, lines) {
            let theirs = try JSONDecoder().decode(Theirs.self, from: line)
            let seen = Comment(rawValue: "\(place.options): \(theirs)")
            do throws(StoreError) {
                let settings = try S3Settings(
                    Configuration(place.options, driver: "s3", schema: S3Driver.descriptor.fullSchema, environment: [:])
                )
                let route = S3Route(settings.place, region: settings.region)
                let url = route.origin.scheme.rawValue + "://" + route.origin.authority + route.path(.object("a/b"))
                #expect(url == theirs.url, seen)
                #expect(route.region == theirs.region, seen)
                #expect(route.service == theirs.service, seen)
            } catch {
                #expect(theirs.error != nil, Comment(rawValue: "\(place.options): \(error.message), \(theirs)"))
                #expect(error.code == .invalidConfiguration, seen)
            }
        }
    }

    /// botocore drops these without a word where the endpoint is one's own; the other AWS SDKs refuse, and so do we.
    @Test(arguments: ["dualstack", "fips", "accelerate"])
    func variantsOfOnesOwnEndpoint(option: String) {
        let error = #expect(throws: StoreError.self) {
            try settings(["endpoint": "http://localhost:9000", option: "true"])
        }
        #expect(error?.message.contains("'\(option)'") == true)
    }

    @Test(arguments: [
        "arn:aws:s3::123456789012:accesspoint/global.mrap", "photos--usw2-az1--x-s3", "arn:nonsense",
    ])
    func whatNeedsMoreThanThisDriverHas(bucket: String) {
        let error = #expect(throws: StoreError.self) { try settings(["bucket": bucket]) }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message.contains("'bucket'") == true)
    }

    private func settings(
        _ options: [String: String], environment: [String: String] = [:], config: String = ""
    ) throws -> S3Settings {
        let home = try Home()
        try home.write(config, "config")
        let all = environment.merging([
            "AWS_CONFIG_FILE": home.path + "/config", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
        ]) { $1 }
        let configuration = try Configuration(
            ["bucket": "photos"].merging(options) { $1 }, driver: "s3", schema: S3Driver.descriptor.fullSchema,
            environment: all)
        return try S3Settings(configuration, AWSContext(all, profile: nil))
    }

    private func host(_ settings: S3Settings) -> String {
        S3Route(settings.place, region: settings.region).origin.authority
    }

    @Test func theProfileSaysWhatOptionsAndEnvironmentDoNot() throws {
        let config = """
            [default]
            region = eu-west-1
            use_dualstack_endpoint = true
            s3 =
              addressing_style = path
            """
        #expect(try host(settings([:], config: config)) == "s3.dualstack.eu-west-1.amazonaws.com")
        #expect(
            try host(settings(["addressing": "virtual"], config: config))
                == "photos.s3.dualstack.eu-west-1.amazonaws.com")
        #expect(
            try host(settings([:], environment: ["AWS_USE_DUALSTACK_ENDPOINT": "false"], config: config))
                == "s3.eu-west-1.amazonaws.com")
        #expect(
            try host(settings(["dualstack": "false", "fips": "true"], config: config))
                == "s3-fips.eu-west-1.amazonaws.com")
    }

    @Test func configuredEndpointsCanBeIgnored() throws {
        let environment = ["AWS_ENDPOINT_URL_S3": "http://localhost:1", "AWS_REGION": "eu-west-1"]
        #expect(try host(settings([:], environment: environment)) == "localhost:1")
        let ignoring = environment.merging(["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"]) { $1 }
        #expect(try host(settings([:], environment: ignoring)) == "photos.s3.eu-west-1.amazonaws.com")
        #expect(try host(settings(["endpoint": "http://localhost:2"], environment: ignoring)) == "localhost:2")
        let profile = "[default]\nignore_configured_endpoint_urls = true\nendpoint_url = http://localhost:3\n"
        #expect(try host(settings([:], config: profile)) == "photos.s3.us-east-1.amazonaws.com")
    }

    @Test(
        arguments: [
            ("r2", ["account": "abc"], "abc.r2.cloudflarestorage.com", "auto"),
            ("gcs", [:], "storage.googleapis.com", "auto"),
            ("spaces", ["region": "fra1"], "fra1.digitaloceanspaces.com", "fra1"),
            ("b2", ["region": "eu-central-003"], "s3.eu-central-003.backblazeb2.com", "eu-central-003"),
            ("wasabi", ["region": "eu-central-1"], "s3.eu-central-1.wasabisys.com", "eu-central-1"),
            ("localstack", [:], "localhost:4566", "us-east-1"),
            ("ceph", ["endpoint": "http://rgw:7480"], "rgw:7480", "us-east-1"),
            ("r2", ["endpoint": "https://abc.eu.r2.cloudflarestorage.com"], "abc.eu.r2.cloudflarestorage.com", "auto"),
            ("aws", [:], "photos.s3.us-east-1.amazonaws.com", "us-east-1"),
        ] as [(String, [String: String], String, String)])
    func serversKnowWhereTheyAre(server: String, options: [String: String], authority: String, region: String) throws {
        let settings = try settings(options.merging(["server": server]) { $1 })
        #expect(host(settings) == authority)
        #expect(settings.region == region)
    }

    @Test(arguments: [
        ("minio", "endpoint"), ("ceph", "endpoint"), ("r2", "account"), ("spaces", "region"), ("b2", "region"),
    ])
    func serversSayWhatTheyNeed(server: String, option: String) {
        let error = #expect(throws: StoreError.self) { try settings(["server": server]) }
        #expect(error?.message.contains("'\(option)'") == true)
        #expect(error?.message.contains("server=\(server)") == true)
    }

    @Test func accessPointsAreTheSourceOfCopiesByTheirARN() {
        let arn = "arn:aws:s3:us-west-2:123456789012:accesspoint/point"
        #expect(
            S3Request.copySource(bucket: arn, "a/b c", nil)
                == "arn%3Aaws%3As3%3Aus-west-2%3A123456789012%3Aaccesspoint/point/object/a/b%20c")
    }
}
