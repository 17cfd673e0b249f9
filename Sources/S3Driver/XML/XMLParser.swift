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

    deinit {
        // Expat is freed after this; that calls nothing.
        state.deinitialize(count: 1)
        state.deallocate()
    }

    /// What has been read so far.
    var document: any XMLDocument { state.pointee.builder.document }

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
    /// Makes the document.
    var builder: XMLBuilder
    /// Whether events are ignored, because the builder has had them already.
    var isMuted = false
    /// The expat parser, to be stopped when the builder has found an error.
    var expat: OpaquePointer?
}
