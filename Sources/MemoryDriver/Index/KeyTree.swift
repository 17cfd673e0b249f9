/// The index of a storage: a B+ tree in the order of the keys' bytes.
///
/// Finding, inserting and removing cost O(log n); runs of neighbouring keys cost less, because the leaf of the last
/// search is remembered. A scan costs O(log n) and what it visits. Not safe under threads: its owner holds a lock.
struct KeyTree {
    /// The leaf of the last search and the keys between which it lies; forgotten when the tree changes its shape.
    private struct Finger {
        let leaf: KeyTreeNode
        /// Separators of living nodes, hence alive.
        let lower: KeySlot?
        let upper: KeySlot?

        @inline(__always)
        func covers(_ key: UnsafeRawBufferPointer) -> Bool {
            if let lower, KeyBytes.compare(key, lower.key) < 0 { return false }
            if let upper, KeyBytes.compare(key, upper.key) >= 0 { return false }
            return true
        }
    }

    /// The number of keys.
    private(set) var count = 0
    private var root = KeyTreeNode()
    private var finger: Finger?

    // MARK: Searching

    /// The entry of a key, or nil.
    mutating func find(_ key: UnsafeRawBufferPointer) -> KeyEntry? {
        let leaf = self.leaf(for: key)
        let (index, isEqual) = leaf.lowerBound(key)
        return isEqual ? leaf.keys[index].entry : nil
    }

    @inline(__always)
    private mutating func leaf(for key: UnsafeRawBufferPointer) -> KeyTreeNode {
        if let finger, finger.covers(key) { return finger.leaf }
        return descend(to: key)
    }

    private mutating func descend(to key: UnsafeRawBufferPointer) -> KeyTreeNode {
        var node = root
        var lower: KeySlot?
        var upper: KeySlot?
        while !node.isLeaf {
            let index = node.childIndex(key)
            if index > 0 { lower = node.keys[index - 1] }
            if index < node.keys.count { upper = node.keys[index] }
            node = node.children[index]
        }
        finger = Finger(leaf: node, lower: lower, upper: upper)
        return node
    }

    /// Visits entries in order.
    ///
    /// - Parameters:
    ///   - seek: Where to begin.
    ///   - visit: Returns whether to go on.
    func scan(from seek: KeySeek, _ visit: (KeyEntry) -> Bool) { _ = Self.scan(root, seek, visit) }

    private static func scan(_ node: KeyTreeNode, _ seek: KeySeek?, _ visit: (KeyEntry) -> Bool) -> Bool {
        let first = seek.map { node.lowerBound($0) } ?? 0
        if node.isLeaf {
            for key in node.keys[first...] where !visit(key.entry) { return false }
            return true
        }
        // The separator at `first` is not before the place, so the place is in the child to its left.
        for index in first..<node.children.count where !scan(node.children[index], index == first ? seek : nil, visit) {
            return false
        }
        return true
    }

    // MARK: Changing

    /// Adds a key that is not there.
    mutating func insert(_ key: UnsafeRawBufferPointer, _ object: StoredObject) {
        let entry = KeyEntry.make(key: key, object: object)
        count += 1
        let leaf = self.leaf(for: key)
        if !leaf.isFull {
            leaf.insert(entry, at: leaf.lowerBound(key).index)
            return
        }
        finger = nil
        if let (separator, node) = Self.insert(entry, key, into: root) {
            let top = KeyTreeNode(children: [root])
            top.insert(child: node, separator: separator, after: 0)
            root = top
        }
    }

    private static func insert(
        _ entry: KeyEntry, _ key: UnsafeRawBufferPointer, into node: KeyTreeNode
    ) -> (separator: KeyEntry, node: KeyTreeNode)? {
        var index: Int
        if node.isLeaf {
            index = node.lowerBound(key).index
            node.insert(entry, at: index)
        } else {
            index = node.childIndex(key)
            guard let (separator, child) = insert(entry, key, into: node.children[index]) else { return nil }
            node.insert(child: child, separator: separator, after: index)
        }
        return node.keys.count > KeyTreeNode.capacity ? node.split(grewAtEnd: index == node.keys.count - 1) : nil
    }

    /// Takes a key out.
    ///
    /// - Returns: Its object, or nil if the key was not there.
    mutating func remove(_ key: UnsafeRawBufferPointer) -> StoredObject? {
        guard let entry = find(key) else { return nil }
        // A separator may keep the entry; it must not keep the object.
        let object = entry.header.object
        entry.header.object = nil
        count -= 1
        let leaf = self.leaf(for: key)
        if leaf.keys.count > KeyTreeNode.sparse {
            leaf.remove(at: leaf.lowerBound(key).index)
            return object
        }
        finger = nil
        Self.remove(key, from: root)
        if !root.isLeaf && root.children.count == 1 { root = root.children[0] }
        return object
    }

    private static func remove(_ key: UnsafeRawBufferPointer, from node: KeyTreeNode) {
        if node.isLeaf {
            let (index, isEqual) = node.lowerBound(key)
            if isEqual { node.remove(at: index) }
            return
        }
        let index = node.childIndex(key)
        let child = node.children[index]
        remove(key, from: child)
        if child.isSparse { node.joinChild(at: index) }
    }
}
