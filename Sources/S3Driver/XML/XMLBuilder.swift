/// Makes a document of events: knows which elements are open, skips what the document does not know, and collects the
/// text of leaves.
struct XMLBuilder: ~Copyable {
    /// What has been read so far: what was asked for, or a ``ServiceErrorDocument``.
    private(set) var document: any XMLDocument
    /// The first error; no event must follow.
    private(set) var error: XMLError?

    private var table: XMLNameTable
    /// The numbers of the open elements.
    private var open: [Int] = []
    /// How many elements are open within one that is skipped, itself included.
    private var skipped = 0
    private var text = ByteBuffer(capacity: 1024)
    /// Whether the last event was the beginning of an element, or its text: then what comes is its text.
    private var isLeaf = false

    init(_ document: any XMLDocument) {
        self.document = document
        table = type(of: document).table
        open.reserveCapacity(8)
    }

    /// An element begins.
    mutating func begin(_ name: UnsafeRawBufferPointer) {
        text.removeAll()
        isLeaf = true
        if skipped > 0 || (open.isEmpty && !isRoot(name)) {
            skipped += 1
            if open.count + skipped > XMLLimits.depth { fail(.tooDeep) }
            return
        }
        let number = table.find(name)
        if number < 0 {
            skipped = 1
            return
        }
        do throws(XMLError) {
            try document.begin(number: number, in: open.last ?? -1)
        } catch {
            fail(error)
        }
        open.append(number)
        if open.count > XMLLimits.depth { fail(.tooDeep) }
    }

    /// A piece of text.
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard isLeaf, skipped == 0 else { return }
        if text.count + bytes.count > XMLLimits.text {
            fail(.textTooLong(element: open.last.map { table.names[$0] } ?? ""))
            return
        }
        text.append(bytes)
    }

    /// The innermost element ends.
    mutating func end() {
        if skipped > 0 {
            skipped -= 1
            isLeaf = false
            return
        }
        guard let number = open.popLast() else { return }
        let content = XMLText(bytes: isLeaf ? text.bytes : UnsafeRawBufferPointer(start: nil, count: 0))
        isLeaf = false
        do throws(XMLError) {
            try document.end(number: number, in: open.last ?? -1, content)
        } catch {
            fail(error)
        }
    }

    /// Remembers the first error.
    mutating func fail(_ error: XMLError) {
        if self.error == nil { self.error = error }
    }

    /// Whether the root is one that the document has. A service's error takes the document's place; anything else fails.
    private mutating func isRoot(_ name: UnsafeRawBufferPointer) -> Bool {
        let roots = type(of: document).rootNames
        if roots.contains(where: { $0.utf8.elementsEqual(name) }) { return true }
        if ServiceErrorDocument.rootNames[0].utf8.elementsEqual(name) {
            document = ServiceErrorDocument()
            table = ServiceErrorDocument.table
            return true
        }
        fail(.unexpectedRoot(found: String(decoding: name, as: UTF8.self), expected: roots))
        return false
    }
}
