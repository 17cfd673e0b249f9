/// A node of the B+ tree: a leaf holds entries, an inner node holds children and the separators between them.
///
/// Entries are kept as owned references of our own counting, so that a search does no reference counting.
final class KeyTreeNode {
    /// The most keys in a node.
    static let capacity = 64
    /// Below this, a node is joined with a neighbour if both fit into one.
    static let sparse = 16

    /// The entries of a leaf; in an inner node, `keys[i]` is a lower bound of `children[i + 1]`.
    private(set) var keys: ContiguousArray<KeySlot> = []
    /// Empty in a leaf; else one more than there are keys.
    private(set) var children: ContiguousArray<KeyTreeNode> = []

    var isLeaf: Bool { children.isEmpty }
    var isFull: Bool { keys.count >= Self.capacity }
    var isSparse: Bool { keys.count < Self.sparse }

    init(children: ContiguousArray<KeyTreeNode> = []) {
        self.children = children
        keys.reserveCapacity(Self.capacity + 1)
    }

    deinit { for key in keys { key.release() } }

    // MARK: Searching

    /// The first position whose key is not before `key`, and whether it is that key.
    @inline(__always)
    func lowerBound(_ key: UnsafeRawBufferPointer) -> (index: Int, isEqual: Bool) {
        keys.withUnsafeBufferPointer { keys in
            var low = 0
            var high = keys.count
            while low < high {
                let middle = (low + high) / 2
                let order = KeyBytes.compare(keys[middle].key, key)
                if order == 0 { return (middle, true) }
                if order < 0 { low = middle + 1 } else { high = middle }
            }
            return (low, false)
        }
    }

    /// The first position whose key is not before a seek position.
    func lowerBound(_ seek: KeySeek) -> Int {
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if seek.isBefore(keys[middle].key) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    /// The child that may hold a key.
    @inline(__always)
    func childIndex(_ key: UnsafeRawBufferPointer) -> Int {
        let (index, isEqual) = lowerBound(key)
        return isEqual ? index + 1 : index
    }

    // MARK: Changing

    func insert(_ entry: KeyEntry, at index: Int) { keys.insert(KeySlot(retaining: entry), at: index) }

    func remove(at index: Int) { keys.remove(at: index).release() }

    /// Adds a child that begins at `separator` behind the child at `index`.
    func insert(child: KeyTreeNode, separator: KeyEntry, after index: Int) {
        keys.insert(KeySlot(retaining: separator), at: index)
        children.insert(child, at: index + 1)
    }

    /// Moves the upper part of this node to a new one.
    ///
    /// A node that grew at its end gives away little, so that keys written in order leave full nodes behind.
    ///
    /// - Parameter grewAtEnd: Whether the last insertion was the last key.
    /// - Returns: The new node and its lower bound.
    func split(grewAtEnd: Bool) -> (separator: KeyEntry, node: KeyTreeNode) {
        let at = grewAtEnd ? keys.count - 2 : keys.count / 2
        let right = KeyTreeNode()
        let separator = keys[at].entry
        if isLeaf {
            right.keys.append(contentsOf: keys[at...])
            keys.removeSubrange(at...)
        } else {
            right.keys.append(contentsOf: keys[(at + 1)...])
            right.children.append(contentsOf: children[(at + 1)...])
            children.removeSubrange((at + 1)...)
            keys[at].release()
            keys.removeSubrange(at...)
        }
        return (separator, right)
    }

    /// Joins the sparse child at `index` with a neighbour if both fit into one node.
    func joinChild(at index: Int) {
        if index > 0, joinChildren(index - 1) { return }
        _ = joinChildren(index)
    }

    /// Joins the child at `left` and the one behind it.
    private func joinChildren(_ left: Int) -> Bool {
        guard left + 1 < children.count else { return false }
        let first = children[left]
        let second = children[left + 1]
        guard first.keys.count + second.keys.count + (first.isLeaf ? 0 : 1) <= Self.capacity else { return false }
        // The separator comes down between the children of inner nodes; between leaves nobody needs it any more.
        let separator = keys.remove(at: left)
        if first.isLeaf { separator.release() } else { first.keys.append(separator) }
        first.keys.append(contentsOf: second.keys)
        first.children.append(contentsOf: second.children)
        second.keys.removeAll()
        second.children.removeAll()
        children.remove(at: left + 1)
        return true
    }
}
