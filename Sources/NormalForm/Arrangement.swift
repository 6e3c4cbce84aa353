import Anatomy
import Bytes

/// What the members of a container say about each other: whether their order is free, and whose
/// times count although a rule would tolerate them.
struct Arrangement {
    /// Whether the profile allows another order at all; the members have a say too.
    private let mayReorder: Bool
    /// What the members say about their order; fed only if order may be free.
    private var guarding: OrderGuard
    /// Links and compiled files, by which times may count.
    private var companions = Companions()

    /// No members yet; both limits on tolerance come from the format and the profile.
    init(format: Format, profile: Profile) {
        mayReorder = profile.allows(format.orderRule)
        guarding = OrderGuard(marks: format.orderMarks)
    }

    /// Notes what a member says about order, and a link by which a companion may be reached.
    mutating func note(_ member: Member) {
        if member.link != nil { companions.add(link: member.name) }
        guard mayReorder else { return }
        guarding.add(member)
    }

    /// Notes the beginning of a member that may be a compiled companion.
    mutating func note(_ member: Member, start: Chunk) {
        companions.add(member.name, start: start)
    }

    /// Whether the times of all members count.
    var countsAllTimes: Bool { companions.protectsAll }

    /// How many of the first members keep their place, where the others may come in any order;
    /// `nil` where the order of all matters.
    var pinned: Int? { mayReorder && !countsAllTimes ? guarding.pinnedCount : nil }

    /// Whether a companion is checked against the times of a member of this name.
    func countsTimes(of name: ByteString) -> Bool {
        Companions.isTimed(name) && companions.protects(name)
    }
}
