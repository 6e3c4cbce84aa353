import Attestation
import Bytes
import Hashing
import Signing
import TOML

extension Policy {
    /// What its text is called.
    private static let kind = SettingsKind(name: "the policy", guide: "Docs/Policy.md")

    /// The most keys of a policy.
    static let keyLimit = 256

    /// A policy from its text (`Docs/Policy.md`).
    ///
    /// - Throws: ``PolicyError`` for what is no TOML, for a key that is not known, missing or of
    ///   the wrong kind, and for what contradicts itself; each is named by its whole place.
    public init(text: [UInt8]) throws(PolicyError) {
        do throws(SettingError) {
            try self.init(settings: text)
        } catch {
            throw PolicyError(error.message)
        }
    }

    /// A policy from its text.
    private init(settings text: [UInt8]) throws(SettingError) {
        let settings = try Settings(parsing: text, as: Policy.kind)
        let format = try settings.text("format")
        guard format == ByteString(Policy.format) else {
            throw SettingError("format is \"\(format.escaped)\", not \(Policy.format)")
        }
        name = try Policy.identifier(try settings.text("name").bytes, "name")
        version = try settings.positive("version")
        expires = try settings.moment("expires")
        summary = try settings.optionalText("summary")
        postQuantum = try settings.flag("post-quantum")
        let keys = try Policy.keys(try settings.table("key"))
        let groups = try Policy.groups(try settings.optionalTable("group"), keys)
        let table = try settings.table("root")
        root = try Policy.root(table, keys)
        demands = try Clause.Reader(keys: keys, groups: groups, postQuantum: postQuantum).all(
            settings)
        self.keys = keys
        digest = SHA256.digest(of: text)
        try settings.finish()
        guard !demands.isEmpty else {
            throw SettingError(
                "the policy demands nothing; write [[agreement]], [[provenance]] or [[approval]]")
        }
    }

    /// A name of lowercase letters, digits, dots and hyphens: no two of them look alike.
    static func identifier(
        _ bytes: some Sequence<UInt8>, _ place: String
    ) throws(SettingError) -> String {
        let name = ByteString(bytes)
        let isPlain = name.bytes.allSatisfy {
            (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d || $0 == 0x2e
        }
        guard isPlain, (1...128).contains(name.count) else {
            throw SettingError(
                "\(place) is \"\(name.escaped)\"; a name has lowercase letters, digits, dots and "
                    + "hyphens")
        }
        return name.escaped
    }

    // MARK: Keys

    /// All keys, in the order of their names.
    private static func keys(_ settings: Settings) throws(SettingError) -> [Key] {
        guard settings.names.count <= keyLimit else {
            throw SettingError("there are more than \(keyLimit) keys")
        }
        var keys: [Key] = []
        for name in settings.names {
            let name = try identifier(name.bytes, "a key's name")
            let key = try Key(name, try settings.table(name))
            if let twin = keys.first(where: { $0.shares(key) }) {
                throw SettingError("key.\(twin.name) and key.\(name) are one and the same key")
            }
            keys.append(key)
        }
        return keys
    }

    /// The members of each group, by its name.
    private static func groups(
        _ settings: Settings?, _ keys: [Key]
    ) throws(SettingError) -> [String: [Int]] {
        var groups: [String: [Int]] = [:]
        for name in settings?.names ?? [] {
            guard let table = try settings?.optionalTable(name.escaped) else { continue }
            let name = try identifier(name.bytes, "a group's name")
            groups[name] = try members(table, keys)
            try table.finish()
        }
        return groups
    }

    /// The keys that a table lists.
    private static func members(
        _ table: Settings, _ keys: [Key]
    ) throws(SettingError) -> [Int] {
        var members: [Int] = []
        for name in try table.texts("keys") {
            guard let index = keys.firstIndex(where: { ByteString($0.name) == name }) else {
                throw table.failure("keys", "names \"\(name.escaped)\", which is no key here")
            }
            members.append(index)
        }
        return members
    }

    /// Who signs the policy. Their keys have no validity, since nothing says when a policy was
    /// signed: the next version ends them.
    private static func root(_ table: Settings, _ keys: [Key]) throws(SettingError) -> Quorum {
        let members = try members(table, keys)
        for key in members.map({ keys[$0] }) {
            guard key.certificate == nil else {
                throw SettingError(
                    "key.\(key.name) is one of OpenPGP, which signs lists and no policies")
            }
            guard key.from == nil, key.until == nil, key.revoked == nil else {
                throw SettingError(
                    "key.\(key.name) signs the policy, so it has no from, until or revoked; the "
                        + "next version of the policy ends it")
            }
        }
        let quorum = try quorum(table, "root", members, keys)
        try table.finish()
        return quorum
    }

    /// A threshold over some keys, which must have as many operators.
    static func quorum(
        _ table: Settings, _ group: String, _ members: [Int], _ keys: [Key]
    ) throws(SettingError) -> Quorum {
        let threshold = try table.positive("threshold")
        let operators = Set(members.map { keys[$0].holder }).count
        guard threshold <= Int64(operators) else {
            throw table.failure(
                "threshold",
                "is \(threshold), and \(group) has keys of \(operators) operator"
                    + "\(operators == 1 ? "" : "s"), who each count once")
        }
        return Quorum(group: group, members: members, threshold: Int(threshold))
    }
}

extension Policy.Key {
    /// A key from its table.
    fileprivate init(_ name: String, _ table: Settings) throws(SettingError) {
        self.name = name
        material = try Policy.Key.material(table)
        holder = try Policy.identifier(try table.text("operator").bytes, table.path("operator"))
        roles = try Policy.Key.roles(table)
        from = try table.optionalMoment("from")
        until = try table.optionalMoment("until")
        revoked = try table.optionalMoment("revoked")
        try table.finish()
        if let from, let until, from > until {
            throw table.failure("until", "is before from")
        }
        guard !roles.contains(.builder) || roles.count == 1 else {
            throw table.failure(
                "roles", "make one key builder and \(roles[1].rawValue), who would vouch for itself"
            )
        }
    }

    /// The key itself, as PEM or as the Base64 of its DER.
    private static func material(_ table: Settings) throws(SettingError) -> Policy.Material {
        if let material = try table.foreignKey() { return material }
        let text = try table.text("public")
        do {
            if text.hasPrefix("-----BEGIN") { return .plain(try PublicKey(pem: text.bytes)) }
            guard let der = Base64.decode(text.bytes) else {
                throw table.failure("public", "is neither PEM nor Base64")
            }
            return .plain(try PublicKey(der: der))
        } catch let error as SettingError {
            throw error
        } catch let error as SigningError {
            throw table.failure("public", "is no key to use: \(error.message)")
        } catch {
            throw table.failure("public", "is no key to use")
        }
    }

    /// The roles, builder first; none for a key that only signs policies.
    private static func roles(_ table: Settings) throws(SettingError) -> [Policy.Role] {
        let names = try table.optionalTexts("roles") ?? []
        for name in names where !Policy.Role.allCases.contains(where: { name == $0.text }) {
            throw table.failure(
                "roles", "has \"\(name.escaped)\", which is none of builder, rebuilder, approver")
        }
        return Policy.Role.allCases.filter { names.contains($0.text) }
    }
}

extension Policy.Role {
    /// The role as the text has it.
    fileprivate var text: ByteString { ByteString(rawValue) }
}
