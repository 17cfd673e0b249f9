import CExpat
import Glibc

/// An expat parser that gives its events to a builder. Document types and entity declarations are refused.
struct ExpatParser: ~Copyable {
    private let parser: XML_Parser
    private let state: UnsafeMutablePointer<XMLParserState>
    /// What to add to expat's own offset.
    private var shift: Int
    private var started = false

    /// Makes a parser.
    ///
    /// - Parameters:
    ///   - state: Outlives the parser.
    ///   - context: What the parser shall have read already; its events are not given.
    ///   - offset: Where in the document the parser begins.
    /// - Throws: ``XMLError/outOfMemory``.
    init(_ state: UnsafeMutablePointer<XMLParserState>, after context: [UInt8], at offset: Int) throws(XMLError) {
        guard let parser = XML_ParserCreate("UTF-8") else { throw .outOfMemory }
        self.parser = parser
        self.state = state
        shift = offset - context.count
        state.pointee.expat = parser
        XML_SetUserData(parser, state)
        XML_SetElementHandler(
            parser,
            { context, name, attributes in
                guard let state = ExpatParser.state(context), let name else { return }
                let bytes = UnsafeRawBufferPointer(start: name, count: strlen(name))
                if state.pointee.tree != nil {
                    state.pointee.beginInTree(bytes, attributes)
                } else {
                    state.pointee.builder.begin(bytes)
                }
                ExpatParser.stopIfFailed(state)
            },
            { context, _ in
                guard let state = ExpatParser.state(context) else { return }
                if state.pointee.tree == nil { state.pointee.builder.end() } else { state.pointee.tree?.end() }
                ExpatParser.stopIfFailed(state)
            })
        XML_SetCharacterDataHandler(parser) { context, text, count in
            guard let state = ExpatParser.state(context) else { return }
            let bytes = UnsafeRawBufferPointer(start: text, count: Int(count))
            if state.pointee.tree == nil {
                state.pointee.builder.append(bytes)
            } else {
                state.pointee.appendToTree(bytes)
            }
            ExpatParser.stopIfFailed(state)
        }
        XML_SetStartDoctypeDeclHandler(parser) { context, _, _, _, _ in ExpatParser.refuse(context) }
        XML_SetEntityDeclHandler(parser) { context, _, _, _, _, _, _, _, _ in ExpatParser.refuse(context) }
        if context.isEmpty { return }
        started = true
        state.pointee.isMuted = true
        XML_Parse(parser, String(decoding: context, as: UTF8.self), Int32(context.count), 0)
        state.pointee.isMuted = false
    }

    deinit { XML_ParserFree(parser) }

    /// Takes the next bytes.
    ///
    /// - Throws: The first error, expat's or the builder's.
    mutating func feed(_ bytes: UnsafeRawBufferPointer) throws(XMLError) {
        var rest = bytes[...]
        if !started {
            // A server that keeps a connection alive while it works sends white space before the answer.
            rest = rest.drop { $0 == 32 || $0 == 10 || $0 == 13 || $0 == 9 }
            shift += bytes.count - rest.count
            started = !rest.isEmpty
        }
        while !rest.isEmpty {
            let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
            try parse(piece, isLast: false)
            rest = rest.dropFirst(piece.count)
        }
    }

    /// Says that there are no more bytes.
    mutating func finish() throws(XMLError) { try parse(UnsafeRawBufferPointer(start: nil, count: 0), isLast: true) }

    private func parse(_ bytes: UnsafeRawBufferPointer, isLast: Bool) throws(XMLError) {
        let status = XML_Parse(parser, bytes.bindMemory(to: CChar.self).baseAddress, Int32(bytes.count), isLast ? 1 : 0)
        if status == XML_STATUS_ERROR { state.pointee.builder.fail(failure()) }
        if let error = state.pointee.builder.error { throw error }
    }

    /// Expat's own error; an earlier one of the builder's stays.
    private func failure() -> XMLError {
        let code = XML_GetErrorCode(parser)
        switch code {
        case XML_ERROR_NO_MEMORY: return .outOfMemory
        case XML_ERROR_NO_ELEMENTS, XML_ERROR_UNCLOSED_TOKEN, XML_ERROR_PARTIAL_CHAR, XML_ERROR_UNCLOSED_CDATA_SECTION:
            return .truncated
        default:
            return .malformed(
                reason: XML_ErrorString(code).map { String(cString: $0) } ?? "unknown error",
                offset: Int(XML_GetCurrentByteIndex(parser)) + shift)
        }
    }

    /// The state behind a callback's context; nil if the event is not wanted.
    @inline(__always)
    private static func state(_ context: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<XMLParserState>? {
        guard let state = context?.assumingMemoryBound(to: XMLParserState.self), !state.pointee.isMuted,
            state.pointee.builder.error == nil
        else { return nil }
        return state
    }

    private static func refuse(_ context: UnsafeMutableRawPointer?) {
        guard let state = state(context) else { return }
        state.pointee.builder.fail(.documentType)
        stopIfFailed(state)
    }

    @inline(__always)
    private static func stopIfFailed(_ state: UnsafeMutablePointer<XMLParserState>) {
        if state.pointee.builder.error != nil { XML_StopParser(state.pointee.expat, XML_Bool(XML_FALSE)) }
    }
}
