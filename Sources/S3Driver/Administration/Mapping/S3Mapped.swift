import Coffer

/// What the content of an XML element can be turned into, and back.
public protocol S3Value: Sendable, Hashable {
    /// Reads an element.
    ///
    /// - Parameter element: The element.
    /// - Throws: What makes no sense of it.
    init(element: S3Element) throws(XMLFault)

    /// The element that says this.
    ///
    /// - Parameter name: The element's name.
    func element(_ name: String) -> S3Element
}

/// A value that corresponds to an XML element with elements in it. A new one is its fields, an initializer, and
/// ``map(_:)``.
public protocol S3Mapped: S3Value {
    /// Makes what an element is read into.
    init()

    /// Elements that this version does not know, kept for the way back.
    var unknown: UnknownElements { get set }

    /// Names the element's children in the order of the schema; see ``S3Mapping``.
    ///
    /// - Parameter xml: The other side.
    mutating func map(_ xml: inout S3Mapping)
}

extension S3Mapped {
    /// Reads an element by ``map(_:)``.
    public init(element: S3Element) throws(XMLFault) {
        self.init()
        var mapping = S3Mapping(reading: element)
        map(&mapping)
        if let fault = mapping.fault { throw XMLFault(fault) }
        unknown = mapping.rest()
    }

    /// Writes an element by ``map(_:)``.
    public func element(_ name: String) -> S3Element {
        var copy = self
        var mapping = S3Mapping(writing: name, unknown)
        copy.map(&mapping)
        return mapping.finished()
    }
}

/// Why an XML element cannot be what it should.
public struct XMLFault: Error, Sendable, CustomStringConvertible {
    let error: XMLError

    init(_ error: XMLError) { self.error = error }

    /// Says that an element has a text that makes no sense.
    ///
    /// - Parameter element: The element.
    public init(invalid element: S3Element) {
        error = .invalidValue(element: element.name, value: element.text)
    }

    /// One line.
    public var description: String { error.description }
}

/// Elements and attributes of a configuration that this version of Coffer does not know: a configuration that was read
/// and is written again loses none of them.
public struct UnknownElements: Sendable, Hashable {
    /// A known element, and which of those of its name.
    struct Anchor: Sendable, Hashable {
        var name: String
        /// From 1; the largest number for the last one.
        var number: Int
    }

    struct Item: Sendable, Hashable {
        /// What it came after; nil at the beginning.
        var after: Anchor?
        var element: S3Element
    }

    var items: [Item] = []
    var attributes: [S3Element.Attribute] = []
    /// What is unknown in elements that only group.
    var groups: [String: UnknownElements] = [:]

    /// Nothing.
    public init() {}

    /// Whether there is nothing.
    public var isEmpty: Bool { items.isEmpty && groups.isEmpty && attributes.isEmpty }

    /// The elements, those in groups behind the others.
    public var elements: [S3Element] {
        items.map(\.element) + groups.sorted { $0.key < $1.key }.flatMap(\.value.elements)
    }

    /// Puts the items back where they were: after the elements that they came after, or the last of that name, or at the
    /// end.
    func inserted(into known: [S3Element]) -> [S3Element] {
        if items.isEmpty { return known }
        var following: [Int: [S3Element]] = [:]
        for item in items {
            var position = item.after == nil ? 0 : known.count
            var number = 0
            for (index, element) in known.enumerated() where element.name == item.after?.name {
                number += 1
                position = index + 1
                if number == item.after?.number { break }
            }
            following[position, default: []].append(item.element)
        }
        var result = following[0] ?? []
        for (index, element) in known.enumerated() { result += [element] + (following[index + 1] ?? []) }
        return result
    }
}
