import Attestation
import Bytes
import Findings
import Signing
import TOML

extension Clause {
    /// Reads the demands of a policy.
    struct Reader {
        /// The policy's keys.
        let keys: [Policy.Key]
        /// The keys of each group, by its name.
        let groups: [String: [Int]]
        /// Whether every operator needs two kinds of keys.
        let postQuantum: Bool

        /// All demands: agreements, provenance, approvals.
        func all(_ settings: Settings) throws(SettingError) -> [Clause] {
            var clauses: [Clause] = []
            for table in try settings.tables("agreement") {
                clauses.append(
                    try clause(table, .rebuilder, .agreement(try agreement(table))))
            }
            for table in try settings.tables("provenance") {
                guard table.has("builders") else {
                    throw table.failure("builders", "is missing: which key may speak for which")
                }
                clauses.append(
                    try clause(table, .builder, .provenance(try origin(table))))
            }
            for table in try settings.tables("approval") {
                let kind = Kind.approval(
                    environment: try table.optionalText("environment"),
                    relies: try table.flag("relies"))
                clauses.append(try clause(table, .approver, kind))
            }
            return clauses
        }

        /// What all kinds of demands have in common.
        private func clause(
            _ table: Settings, _ role: Policy.Role, _ kind: Kind
        ) throws(SettingError) -> Clause {
            let group = try table.text("group")
            guard let members = groups[group.escaped] else {
                throw table.failure("group", "is \"\(group.escaped)\", and there is no such group")
            }
            if let stranger = members.map({ keys[$0] }).first(where: { !$0.roles.contains(role) }) {
                throw table.failure(
                    "group", "has key.\(stranger.name), which has no role \(role.rawValue)")
            }
            let quorum = try Policy.quorum(table, group.escaped, members, keys)
            try checkHybrid(table, quorum)
            let maxAge = try duration(table)
            let speaksOfBuilds = role != .approver
            let builders = speaksOfBuilds ? try builders(table, members) : nil
            let inputs = speaksOfBuilds ? try pins(table) : []
            try table.finish()
            return Clause(
                place: table.place, kind: kind, quorum: quorum, maxAge: maxAge,
                builders: builders, inputs: inputs)
        }

        /// Where both kinds of keys are demanded, enough operators must have both.
        private func checkHybrid(
            _ table: Settings, _ quorum: Policy.Quorum
        ) throws(SettingError) {
            guard postQuantum else { return }
            let hybrid = keys.hybridOperators(among: quorum.members).count
            guard hybrid >= quorum.threshold else {
                throw table.failure(
                    "threshold",
                    "is \(quorum.threshold), and only \(hybrid) operators of \(quorum.group) have "
                        + "both a classical and a post-quantum key")
            }
        }

        // MARK: Parts

        private func agreement(_ table: Settings) throws(SettingError) -> Agreement {
            let verdict = try table.optionalText("verdict") ?? "identical"
            var rules: [ByteString]?
            switch verdict {
            case "identical":
                guard !table.has("rules") else {
                    throw table.failure("rules", "stand beside the verdict identical")
                }
            case "equivalent": rules = try self.rules(table)
            default:
                throw table.failure(
                    "verdict", "is \"\(verdict.escaped)\", neither identical nor equivalent")
            }
            let agreement = Agreement(
                rules: rules, basis: try basis(table), evidence: try table.evidence(),
                hashedAgain: try table.flag("hashed-again"))
            try table.check(agreement)
            return agreement
        }

        /// Rules with their versions. Whether there are such rules is for the caller to say.
        private func rules(_ table: Settings) throws(SettingError) -> [ByteString] {
            let rules = try table.texts("rules")
            for rule in rules {
                let parts = rule.bytes.split(
                    separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
                guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty,
                    parts[1].allSatisfy({ (0x30...0x39).contains($0) })
                else {
                    throw table.failure(
                        "rules",
                        "has \"\(rule.escaped)\"; a rule has its version behind it, as tar.mtime/1")
                }
            }
            return rules
        }

        private func basis(_ table: Settings) throws(SettingError) -> [Predicate.Basis] {
            guard table.has("basis") else { return [.compared, .rebuilt] }
            var found: [Predicate.Basis] = []
            for name in try table.texts("basis") {
                let basis = Predicate.Basis.allCases.first { ByteString($0.rawValue) == name }
                guard let basis else {
                    throw table.failure(
                        "basis",
                        "has \"\(name.escaped)\", none of compared, rebuilt and digest-only")
                }
                found.append(basis)
            }
            return found
        }

        private func origin(_ table: Settings) throws(SettingError) -> Origin {
            Origin(
                buildTypes: table.has("build-types") ? try table.texts("build-types") : nil,
                source: try source(table))
        }

        private func source(_ table: Settings) throws(SettingError) -> Source? {
            guard let source = try table.optionalTable("source") else { return nil }
            let repository = try source.text("repository")
            let revision = try source.optionalText("revision")
            try source.finish()
            if let revision {
                guard [40, 64].contains(revision.count), Hex.decode(revision.bytes) != nil else {
                    throw source.failure("revision", "is not 40 or 64 lowercase hexadecimal digits")
                }
            }
            return Source(repository: repository, revision: revision)
        }

        /// The builders by key; every member must be given its own.
        private func builders(
            _ table: Settings, _ members: [Int]
        ) throws(SettingError) -> [Int: [ByteString]]? {
            guard let list = try table.optionalTable("builders") else { return nil }
            var builders: [Int: [ByteString]] = [:]
            for name in list.names {
                guard let index = members.first(where: { ByteString(keys[$0].name) == name }) else {
                    throw list.failure(name.escaped, "is no key of the group")
                }
                builders[index] = try list.texts(keys[index].name)
            }
            if let silent = members.first(where: { builders[$0] == nil }) {
                throw list.failure(keys[silent].name, "is missing: which builders it may speak for")
            }
            return builders
        }

        private func pins(_ table: Settings) throws(SettingError) -> [Pin] {
            guard let list = try table.optionalTable("inputs") else { return [] }
            var pins: [Pin] = []
            for name in list.names {
                let text = try list.text(bytes: name)
                let hex = text.hasPrefix("sha256:") ? Digest(hex: text.bytes.dropFirst(7)) : nil
                guard let hex else {
                    throw SettingError(
                        "\(list.place).\(name.escaped) is not sha256: and 64 lowercase "
                            + "hexadecimal digits")
                }
                pins.append(Pin(name: name, sha256: hex))
            }
            return pins
        }

        /// Seconds of a time such as `30d`, `12h` or `90m`.
        private func duration(_ table: Settings) throws(SettingError) -> Int64? {
            guard let text = try table.optionalText("max-age") else { return nil }
            let units: [UInt8: Int64] = [0x64: 86_400, 0x68: 3_600, 0x6d: 60]
            let digits = text.bytes.dropLast()
            guard let last = text.bytes.last, let unit = units[last], digits.count <= 6,
                digits.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = Int64(String(decoding: digits, as: UTF8.self)), number > 0
            else { throw table.failure("max-age", "is no time such as 30d, 12h or 90m") }
            return number * unit
        }
    }
}

extension Settings {
    /// A text under a name that is given as bytes.
    func text(bytes name: ByteString) throws(SettingError) -> ByteString {
        try text(String(decoding: name.bytes, as: UTF8.self))
    }
}

extension [Policy.Key] {
    /// The operators who have a classical and a post-quantum key among some keys.
    func hybridOperators(among indices: some Sequence<Int>) -> Set<String> {
        let chosen = indices.map { self[$0] }
        let modern = Set(chosen.filter(\.isPostQuantum).map(\.holder))
        let classical = Set(chosen.filter { !$0.isPostQuantum }.map(\.holder))
        return modern.intersection(classical)
    }
}

extension Policy.Key {
    /// Whether it is of a post-quantum kind; OpenPGP has none that programs agree on.
    fileprivate var isPostQuantum: Bool { key?.algorithm.isPostQuantum ?? false }
}
