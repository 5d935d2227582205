internal import Ruleset

/// What the registers hold while a rule's expressions are read back.
struct RegisterContents {
    enum Content {
        case unknown
        case constant(FieldValue)
        case field(Loaded)

        /// How many registers it takes.
        var slotCount: Int {
            switch self {
            case .unknown: 1
            case .constant(let value): max(1, (value.byteCount + 3) / 4)
            case .field(let loaded): loaded.field.type.slotCount
            }
        }
    }

    /// A field that was loaded, and what has been done to it since.
    struct Loaded {
        var field: Field
        /// Less than the field's width when only a prefix was loaded.
        var byteCount: Int
        var mask: FieldValue?
        var xor: FieldValue?
        /// Turned from host order to network order.
        var isTurned = false

        init(field: Field, byteCount: Int) {
            self.field = field
            self.byteCount = byteCount
        }

        /// The mask, that of a shortened load included.
        var effectiveMask: FieldValue? {
            if byteCount < field.type.byteCount {
                return .prefixMask(length: byteCount * 8, byteCount: field.type.byteCount)
            }
            return mask
        }

        /// What a comparison with these register bytes means for the whole field.
        func value(_ register: FieldValue) -> FieldValue? {
            let width = field.type.byteCount
            if isTurned { return register.byteCount == width ? register : nil }
            if byteCount < width { return register.byteCount == byteCount ? register.resized(to: width) : nil }
            // A name pattern (`wg*`) compares fewer bytes than the field has; this model has no word for it.
            return register.byteCount == width ? field.type.fieldValue(register) : nil
        }
    }

    private static let slotCount = 16
    /// As far as any was filled: most rules use the first alone.
    private var slots: [Content] = []

    subscript(slot: Int) -> Content { slots.indices.contains(slot) ? slots[slot] : .unknown }

    mutating func put(_ content: Content, _ slot: Int) {
        guard (0..<RegisterContents.slotCount).contains(slot) else { return }
        while slots.count <= slot { slots.append(.unknown) }
        // What was wider, before it and behind it, is no longer whole.
        for earlier in 0..<slot where earlier + slots[earlier].slotCount > slot { slots[earlier] = .unknown }
        let end = min(slot + content.slotCount, slots.count)
        for later in slot..<max(slot, end) { slots[later] = .unknown }
        slots[slot] = content
    }

    /// After an expression that may have written anywhere.
    mutating func forget() { slots.removeAll(keepingCapacity: true) }

    func field(_ slot: Int) -> Loaded? {
        guard case .field(let field) = self[slot] else { return nil }
        return field
    }

    /// The fields that a key of these types is looked up by, in consecutive registers; nil when this model has no words
    /// for what they hold.
    func fields(_ slot: Int, _ key: [FieldType]) -> [Loaded]? {
        guard !key.isEmpty else { return nil }
        var fields: [Loaded] = []
        var next = slot
        for type in key {
            guard let field = field(next), field.field.type.byteCount == type.byteCount, field.xor == nil,
                !field.isTurned, key.count == 1 || field.effectiveMask == nil
            else { return nil }
            fields.append(field)
            next += type.slotCount
        }
        return fields
    }

    /// False when the registers do not hold a field of that width.
    mutating func mask(_ slot: Int, _ mask: FieldValue, _ xor: FieldValue) -> Bool {
        guard case .field(var field) = self[slot], field.mask == nil, !field.isTurned,
            field.byteCount == field.field.type.byteCount,
            mask.byteCount == field.byteCount, xor.byteCount == mask.byteCount
        else { return false }
        field.mask = field.field.type.fieldValue(mask)
        field.xor = xor.number != 0 ? field.field.type.fieldValue(xor) : nil
        slots[slot] = .field(field)
        return true
    }

    mutating func turn(_ slot: Int) -> Bool {
        guard case .field(var field) = self[slot] else { return false }
        field.isTurned = true
        slots[slot] = .field(field)
        return true
    }
}
