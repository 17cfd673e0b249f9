/// A parser: bytes in, in any pieces; a document out.
///
/// The scanner reads what is plain; from the first thing that is not, expat reads the rest. Most answers never need an
/// expat parser, which alone would cost some microseconds and 30 KiB.
struct XMLParser: ~Copyable {
    /// Plain memory, because expat's callbacks get its address: an object would cost counting and exclusivity checks.
    private let state: UnsafeMutablePointer<XMLParserState>
    private var scanner = XMLScanner()
    private var expat: ExpatParser?
    /// The beginning of a token whose end has not come yet.
    private var pending = ByteBuffer(capacity: 64)
    /// How many bytes have been read, for errors.
    private var offset = 0

    /// Makes a parser.
    ///
    /// - Parameters:
    ///   - document: What is read.
    ///   - scans: Whether the scanner comes first; without it expat reads everything.
    /// - Throws: ``XMLError/outOfMemory``.
    init(_ document: any XMLDocument, scans: Bool = true) throws(XMLError) {
        let state = UnsafeMutablePointer<XMLParserState>.allocate(capacity: 1)
        state.initialize(to: XMLParserState(builder: XMLBuilder(document)))
        self.state = state
        if !scans { expat = try ExpatParser(state, after: [], at: 0) }
    }

    /// Makes a parser that keeps everything, whatever its names are.
    ///
    /// - Parameter tree: What gets the events.
    /// - Throws: ``XMLError/outOfMemory``.
    init(_ tree: XMLTreeBuilder) throws(XMLError) {
        try self.init(ServiceErrorDocument(), scans: false)
        state.pointee.tree = tree
    }

    deinit {
        // Expat is freed after this; that calls nothing.
        state.deinitialize(count: 1)
        state.deallocate()
    }

    /// What has been read so far.
    var document: any XMLDocument { state.pointee.builder.document }
    /// The tree that has been read; nil if none was asked for, or there is no root.
    var tree: S3Element? { state.pointee.tree?.root }

    /// Takes the next bytes.
    ///
    /// - Throws: The first error; every later call throws it again.
    mutating func feed(_ bytes: UnsafeRawBufferPointer) throws(XMLError) {
        if let error = state.pointee.builder.error { throw error }
        if expat != nil {
            try expat?.feed(bytes)
        } else if pending.count == 0 {
            try scan(bytes)
        } else {
            var joined = ByteBuffer(capacity: pending.count + bytes.count)
            joined.append(pending.bytes)
            joined.append(bytes)
            pending.removeAll()
            try scan(joined.bytes)
        }
    }

    /// Says that there are no more bytes.
    ///
    /// - Throws: ``XMLError/truncated`` if the root has not ended.
    mutating func finish() throws(XMLError) {
        if let error = state.pointee.builder.error { throw error }
        if expat == nil {
            if scanner.isComplete && pending.count == 0 { return }
            // What is missing, expat says.
            try fallBack(pending.bytes)
        }
        try expat?.finish()
    }

    private mutating func scan(_ bytes: UnsafeRawBufferPointer) throws(XMLError) {
        // Read first: under the thread sanitizer the compiler takes it for a part of the access to `scanner`.
        let state = state
        let outcome = scanner.scan(bytes, into: &state.pointee.builder)
        switch outcome {
        case .needsMore(let from):
            offset += from
            pending.append(UnsafeRawBufferPointer(rebasing: bytes[from...]))
        case .unusual(let at):
            offset += at
            try fallBack(UnsafeRawBufferPointer(rebasing: bytes[at...]))
        case .failed:
            if let error = state.pointee.builder.error { throw error }
        }
    }

    private mutating func fallBack(_ rest: UnsafeRawBufferPointer) throws(XMLError) {
        expat = try ExpatParser(state, after: scanner.context(), at: offset)
        try expat?.feed(rest)
    }
}

/// What the callbacks of expat work on.
struct XMLParserState: ~Copyable {
    /// Makes the document; holds the first error in any case.
    var builder: XMLBuilder
    /// Makes a tree instead, if there is one.
    var tree: XMLTreeBuilder?
    /// Whether events are ignored, because the builder has had them already.
    var isMuted = false
    /// The expat parser, to be stopped when the builder has found an error.
    var expat: OpaquePointer?

    /// An element of a tree begins.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - attributes: Names and values by turns, up to a null pointer.
    mutating func beginInTree(
        _ name: UnsafeRawBufferPointer, _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>?
    ) {
        var pairs: [S3Element.Attribute] = []
        if var next = attributes {
            while let name = next.pointee, let value = (next + 1).pointee {
                pairs.append(S3Element.Attribute(name: String(cString: name), value: String(cString: value)))
                next += 2
            }
        }
        if tree?.begin(String(decoding: name, as: UTF8.self), pairs) == false { builder.fail(.tooDeep) }
    }

    /// A piece of text in a tree.
    mutating func appendToTree(_ bytes: UnsafeRawBufferPointer) {
        if let tooLong = tree?.append(bytes) { builder.fail(.textTooLong(element: tooLong)) }
    }
}
