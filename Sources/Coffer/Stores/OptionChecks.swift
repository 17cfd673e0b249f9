extension Store {
    func unsupported(_ what: String) -> StoreError {
        StoreError(.unsupported, "the driver '\(driverName)' does not support \(what)", driver: driverName)
    }

    func require(_ feature: Capabilities.Features, _ what: @autoclosure () -> String) throws(StoreError) {
        if !capabilities.features.contains(feature) { throw unsupported(what()) }
    }

    func check(_ options: ReadOptions) throws(StoreError) {
        if options.hasTransferOptions {
            try checkTransfer(options.concurrency, options.partSize)
            if options.concurrency ?? 1 > 1 { try require(.readIfMatch, "the read option concurrency above 1") }
        }
        if options.isDefault { return }
        try options.range?.validate()
        if options.ifMatch != nil { try require(.readIfMatch, "the read option ifMatch") }
        if options.ifNoneMatch != nil { try require(.readIfMatch, "the read option ifNoneMatch") }
        if options.ifModifiedSince != nil { try require(.readIfModified, "the read option ifModifiedSince") }
        if options.ifUnmodifiedSince != nil { try require(.readIfModified, "the read option ifUnmodifiedSince") }
        if options.version != nil { try require(.versions, "the read option version") }
        if options.verification == .required { try require(.checksums, "the read option verification 'required'") }
        if options.customerKey != nil { try require(.customerKeys, "the read option customerKey") }
    }

    /// Begins to read; refuses bytes that cannot be verified if they have to be.
    func open(_ key: Key, _ options: ReadOptions) async throws(StoreError) -> ReadResponse {
        let response = try await driver.read(key, options)
        if options.verification == .required, response.verifier == nil, !response.range.isEmpty {
            response.stream.cancel()
            throw StoreError(
                .unsupported,
                "there is no checksum to compare these bytes with: the object has none, or one of other bytes; read"
                    + " the whole object, or do not require verification")
        }
        return response
    }

    /// The options with their metadata in its stored form.
    func checked(_ options: WriteOptions) throws(StoreError) -> WriteOptions {
        if options.isPlain { return options }
        var options = options
        options.metadata = try checked(options.metadata)
        switch options.condition {
        case .none: break
        case .absent: try require(.createOnly, "the write condition 'absent'")
        case .matches: try require(.compareAndSwap, "the write condition 'matches'")
        }
        try checkTransfer(options.concurrency, options.partSize)
        if let checksum = options.checksum { try check(checksum) }
        if let rare = options.rare { try check(rare, "write") }
        if options.visibility != nil { try require(.visibility, "the write option visibility") }
        return options
    }

    /// The options with their metadata in its stored form.
    func checked(_ options: CopyOptions) throws(StoreError) -> CopyOptions {
        var options = options
        try checkTransfer(options.concurrency, options.partSize)
        if let metadata = options.metadata { options.metadata = try checked(metadata) }
        switch options.condition {
        case .none: break
        case .absent: try require(.createOnly, "the copy condition 'absent'")
        case .matches: try require(.compareAndSwap, "the copy condition 'matches'")
        }
        if options.ifSourceMatch != nil { try require(.readIfMatch, "the copy option ifSourceMatch") }
        if options.sourceVersion != nil { try require(.versions, "the copy option sourceVersion") }
        if options.sourceCustomerKey != nil { try require(.customerKeys, "the copy option sourceCustomerKey") }
        if let algorithm = options.checksum {
            try check(.algorithm(algorithm), "copy")
            try require(.copyChecksums, "the copy option checksum")
        }
        if let rare = options.rare { try check(rare, "copy") }
        return options
    }

    private func check(_ options: RareWriteOptions, _ verb: String) throws(StoreError) {
        if let encryption = options.encryption {
            try require(encryption.features, "the \(verb) option encryption '\(encryption.name)'")
            try encryption.validate()
        }
        if let storageClass = options.storageClass {
            try require(.storageClasses, "the \(verb) option storageClass")
            guard !storageClass.isEmpty, storageClass.utf8.allSatisfy({ (33...126).contains($0) }) else {
                throw StoreError(.invalidArgument, "'\(storageClass)' cannot be the name of a storage class")
            }
        }
        if let tags = options.tags {
            try require(.tags, "the \(verb) option tags")
            try TagRules.validate(tags)
        }
        if options.retention != nil { try require(.objectLock, "the \(verb) option retention") }
        if options.legalHold != nil { try require(.objectLock, "the \(verb) option legalHold") }
    }

    func checkTransfer(_ concurrency: Int?, _ partSize: Int64?) throws(StoreError) {
        if let concurrency, concurrency < 1 {
            throw StoreError(.invalidArgument, "a concurrency of \(concurrency) is out of range; use 1 or more")
        }
        if let partSize, partSize < 1 {
            throw StoreError(.invalidArgument, "a part size of \(partSize) bytes is out of range")
        }
    }

    private func check(_ checksum: WriteChecksum, _ verb: String = "write") throws(StoreError) {
        try require(.checksums, "the \(verb) option checksum")
        guard capabilities.checksumAlgorithms.contains(checksum.algorithm) else {
            let known = capabilities.checksumAlgorithms.map(\.rawValue).sorted().joined(separator: ", ")
            throw unsupported("the checksum algorithm \(checksum.algorithm.rawValue) here; it supports \(known)")
        }
        if checksum.known?.coversAllBytes == false {
            throw StoreError(
                .invalidArgument, "a checksum of checksums of parts cannot be given; give one of all bytes")
        }
    }

    func checked(_ metadata: ObjectMetadata) throws(StoreError) -> ObjectMetadata {
        if metadata.isEmpty { return metadata }
        if metadata.contentType != nil { try require(.contentType, "the metadata field contentType") }
        if metadata.contentDisposition != nil { try require(.contentHeaders, "the metadata field contentDisposition") }
        if metadata.contentEncoding != nil { try require(.contentHeaders, "the metadata field contentEncoding") }
        if metadata.contentLanguage != nil { try require(.contentHeaders, "the metadata field contentLanguage") }
        if metadata.cacheControl != nil { try require(.contentHeaders, "the metadata field cacheControl") }
        if !metadata.user.isEmpty { try require(.userMetadata, "user metadata") }
        return try metadata.validated()
    }

    func check(_ options: DeleteOptions) throws(StoreError) {
        if options.ifMatch != nil { try require(.deleteIfMatch, "the delete option ifMatch") }
        if options.version != nil { try require(.versions, "the delete option version") }
        if options.mfa != nil { try require(.versions, "the delete option mfa") }
        if options.bypassesGovernance { try require(.objectLock, "the delete option bypassesGovernance") }
    }

    /// Checks a version that a verb names beside a key.
    func check(version: String?) throws(StoreError) {
        if version != nil { try require(.versions, "the option version") }
    }

    func check(_ options: ListOptions) throws(StoreError) {
        if let fault = KeyRules.fault(in: options.prefix, maxBytes: Key.maxBytes, isPrefix: true) {
            throw StoreError(.invalidArgument, "prefix: \(fault)")
        }
        if let startAfter = options.startAfter, startAfter.utf8.contains(0) {
            throw StoreError(.invalidArgument, "startAfter contains a NUL byte")
        }
        if let delimiter = options.delimiter {
            if delimiter.isEmpty {
                throw StoreError(.invalidArgument, "the delimiter is empty; leave it out to list everything")
            }
            if !UTF8Order.areEqual(delimiter, "/") { try require(.anyDelimiter, "a delimiter other than '/'") }
        }
        if let limit = options.limit, limit < 1 {
            throw StoreError(.invalidArgument, "a limit of \(limit) is out of range; use 1 or more")
        }
    }
}
