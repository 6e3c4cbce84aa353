import Bytes

extension JSON {
    /// Reads a text, with an error of this room.
    static func strict(
        _ text: [UInt8], limits: Limits, what: String
    ) throws(AttestationError) -> JSON {
        do {
            return try JSON(parsing: text, limits: limits)
        } catch {
            throw AttestationError(
                .malformed, "\(what) is not strict JSON: \(error.message), at byte \(error.offset)")
        }
    }
}

/// A JSON object whose entries are read by name, and where it stands, for messages.
struct Fields {
    /// The object.
    let json: JSON
    /// Where it stands, as `predicate.builds.left`.
    let place: String

    /// The object `json`, found at `place`.
    init(_ json: JSON, _ place: String) throws(AttestationError) {
        guard json.object != nil else {
            throw AttestationError(.malformed, "\(place) is not an object")
        }
        self.json = json
        self.place = place
    }

    /// A `malformed` error that names the field by its whole place.
    func failure(_ name: String, _ expected: String) -> AttestationError {
        AttestationError(.malformed, "\(place).\(name) is not \(expected)")
    }

    /// The fields themselves if `name` is there and not null: for `optional("a")?.text("a")`.
    func optional(_ name: String) -> Fields? {
        guard let value = json[name], value != .null else { return nil }
        return self
    }

    /// A text of any length.
    ///
    /// - Throws: ``AttestationError`` if it is not there or no text.
    func text(_ name: String) throws(AttestationError) -> ByteString {
        guard let text = json[name]?.string else { throw failure(name, "a text") }
        return text
    }

    /// A truth value; numbers and texts do not stand for one.
    func bool(_ name: String) throws(AttestationError) -> Bool {
        guard let value = json[name]?.bool else { throw failure(name, "true or false") }
        return value
    }

    /// A number from 0 to 2^63 - 1, written without fraction or exponent.
    func count(_ name: String) throws(AttestationError) -> UInt64 {
        guard let number = json[name]?.integer, number >= 0 else {
            throw failure(name, "a whole number from 0")
        }
        return UInt64(number)
    }

    /// A SHA-256 in lowercase: capitals would be a second spelling.
    func digest(_ name: String) throws(AttestationError) -> Digest {
        guard let digest = Digest(hex: try text(name).bytes) else {
            throw failure(name, "64 lowercase hexadecimal digits")
        }
        return digest
    }

    /// The object under `name`; its own errors carry both names.
    func fields(_ name: String) throws(AttestationError) -> Fields {
        guard let value = json[name] else { throw failure(name, "there") }
        return try Fields(value, "\(place).\(name)")
    }

    /// The objects of an array.
    func list(_ name: String, atMost limit: Int) throws(AttestationError) -> [Fields] {
        try values(name, atMost: limit).enumerated().map { index, value throws(AttestationError) in
            try Fields(value, "\(place).\(name)[\(index)]")
        }
    }

    /// The texts of an array.
    func texts(_ name: String, atMost limit: Int) throws(AttestationError) -> [ByteString] {
        try values(name, atMost: limit).map { value throws(AttestationError) in
            guard let text = value.string else { throw failure(name, "an array of texts") }
            return text
        }
    }

    /// An array's values; `limit` bounds them before any is looked into.
    private func values(_ name: String, atMost limit: Int) throws(AttestationError) -> [JSON] {
        guard let values = json[name]?.array else { throw failure(name, "an array") }
        guard values.count <= limit else {
            throw AttestationError(.limit, "\(place).\(name) has more than \(limit) entries")
        }
        return values
    }

    /// A text that is one of an enumeration's, compared as bytes.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, _ type: Choice.Type
    ) throws(AttestationError) -> Choice where Choice.RawValue == String {
        let text = try text(name)
        guard let found = Choice.allCases.first(where: { ByteString($0.rawValue) == text }) else {
            throw AttestationError(
                .malformed, "\(place).\(name) is \"\(text.escaped)\", which is not known")
        }
        return found
    }

    /// A version of this room's own counting.
    func version(_ name: String) throws(AttestationError) -> Int {
        guard let version = Int(exactly: try count(name)) else { throw failure(name, "a version") }
        return version
    }
}
