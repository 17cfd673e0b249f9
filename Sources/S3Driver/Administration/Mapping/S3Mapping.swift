import Coffer

/// The correspondence between a Swift value and an XML element, declared once and used both ways.
///
/// A value names its children in the order of the schema; on the way in each of them is taken out of the element, on the
/// way out each is written. What nobody named is kept in ``S3Mapped/unknown`` and written where it was.
///
/// ```swift
/// mutating func map(_ xml: inout S3Mapping) {
///     xml.child("Status", &status)
///     xml.children("Tag", &tags)
/// }
/// ```
public struct S3Mapping {
    /// What is read, or what has been written so far.
    private(set) var element: S3Element
    /// Whether the value is being read.
    public let isReading: Bool
    /// The first thing that was wrong; the rest of the mapping then does not matter.
    var fault: XMLError?
    /// Which children somebody has named, on the way in.
    private var taken: [Bool] = []
    private var takenAttributes: Set<String> = []
    /// What nobody knows: collected on the way in, put back on the way out.
    private var unknown: UnknownElements

    /// Reads.
    ///
    /// - Parameter element: What the value corresponds to.
    init(reading element: S3Element) {
        self.element = element
        isReading = true
        taken = Array(repeating: false, count: element.children.count)
        unknown = UnknownElements()
    }

    /// Writes.
    ///
    /// - Parameters:
    ///   - name: The element's name.
    ///   - unknown: What is put back.
    init(writing name: String, _ unknown: UnknownElements) {
        element = S3Element(name)
        isReading = false
        self.unknown = unknown
    }

    /// A child that may be left out.
    ///
    /// - Parameters:
    ///   - name: The child's name.
    ///   - value: What it says; nil if it is not there.
    public mutating func child<Value: S3Value>(_ name: String, _ value: inout Value?) {
        if isReading {
            if let child = take(name) { value = read(child) }
        } else if let value {
            write(name, value)
        }
    }

    /// A child that must be there: on the way in it is an error if it is not.
    ///
    /// - Parameters:
    ///   - name: The child's name.
    ///   - value: What it says.
    public mutating func child<Value: S3Value>(_ name: String, _ value: inout Value) {
        if isReading {
            guard let child = take(name) else {
                fail(.missing(element: name))
                return
            }
            if let known: Value = read(child) { value = known }
        } else {
            write(name, value)
        }
    }

    /// Children of the same name, any number of them.
    ///
    /// - Parameters:
    ///   - name: Their name.
    ///   - values: What they say, in order.
    public mutating func children<Value: S3Value>(_ name: String, _ values: inout [Value]) {
        if isReading {
            while let child = take(name) {
                if let value: Value = read(child) { values.append(value) }
            }
        } else {
            for value in values { write(name, value) }
        }
    }

    /// A child that says something by being there.
    ///
    /// - Parameters:
    ///   - name: The child's name.
    ///   - isThere: Whether it is there.
    public mutating func presence(_ name: String, _ isThere: inout Bool) {
        var group = isThere
        self.group(name, isThere: &group) { _ in }
        isThere = group
    }

    /// A child that only groups what belongs to the same value; written if there is anything in it.
    ///
    /// - Parameters:
    ///   - name: The child's name.
    ///   - isKept: Whether it is written even if there is nothing in it.
    ///   - body: Names what is in it.
    public mutating func group(_ name: String, isKept: Bool = false, _ body: (inout S3Mapping) -> Void) {
        var isThere = isKept
        group(name, isThere: &isThere, body)
    }

    private mutating func group(_ name: String, isThere: inout Bool, _ body: (inout S3Mapping) -> Void) {
        if isReading {
            guard let child = take(name) else { return }
            isThere = true
            var inner = S3Mapping(reading: child)
            body(&inner)
            if let fault = inner.fault { fail(fault) }
            let rest = inner.rest()
            if !rest.isEmpty { unknown.groups[name] = rest }
        } else {
            var inner = S3Mapping(writing: name, unknown.groups[name] ?? UnknownElements())
            body(&inner)
            if let fault = inner.fault { fail(fault) }
            let whole = inner.finished()
            if isThere || !whole.children.isEmpty { element.children.append(whole) }
        }
    }

    /// Whether a group has something in it that nobody knows.
    ///
    /// - Parameter name: The group's name.
    public func hasUnknown(in name: String) -> Bool { unknown.groups[name] != nil }

    /// An attribute of the element itself.
    ///
    /// - Parameters:
    ///   - name: The attribute's name, with its prefix.
    ///   - value: What it says; nil if it is not there.
    public mutating func attribute(_ name: String, _ value: inout String?) {
        if isReading {
            takenAttributes.insert(name)
            value = element.attributes.first { $0.name == name }?.value
        } else if let value {
            element.attributes.append(S3Element.Attribute(name: name, value: value))
        }
    }

    // MARK: Steps

    private mutating func take(_ name: String) -> S3Element? {
        for (index, child) in element.children.enumerated() where !taken[index] && child.name == name {
            taken[index] = true
            return child
        }
        return nil
    }

    private mutating func read<Value: S3Value>(_ child: S3Element) -> Value? {
        do throws(XMLFault) {
            return try Value(element: child)
        } catch {
            fail(error.error)
            return nil
        }
    }

    private mutating func write<Value: S3Value>(_ name: String, _ value: Value) {
        element.children.append(value.element(name))
    }

    private mutating func fail(_ error: XMLError) {
        if fault == nil { fault = error }
    }

    /// What nobody named, on the way in.
    func rest() -> UnknownElements {
        var rest = unknown
        rest.attributes = element.attributes.filter { !takenAttributes.contains($0.name) }
        var last: UnknownElements.Anchor?
        var counts: [String: Int] = [:]
        for (index, child) in element.children.enumerated() {
            if taken[index] {
                let number = counts[child.name, default: 0] + 1
                counts[child.name] = number
                last = UnknownElements.Anchor(name: child.name, number: number)
            } else {
                rest.items.append(UnknownElements.Item(after: last, element: child))
            }
        }
        // After the last of its name: so also if there will be more of them.
        for index in rest.items.indices {
            guard let anchor = rest.items[index].after, counts[anchor.name] == anchor.number else { continue }
            rest.items[index].after?.number = .max
        }
        return rest
    }

    /// The element with what nobody knows put back, on the way out.
    func finished() -> S3Element {
        var result = element
        for attribute in unknown.attributes where !result.attributes.contains(where: { $0.name == attribute.name }) {
            result.attributes.append(attribute)
        }
        result.children = unknown.inserted(into: result.children)
        return result
    }
}
