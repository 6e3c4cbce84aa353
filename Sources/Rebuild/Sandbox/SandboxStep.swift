import Bytes
import CLauncher

/// What a part of a sandbox is called when this machine refuses it, and what to do then.
enum SandboxStep {
    /// The error for a message that tells of a step that failed.
    static func error(_ message: tally_message, _ plan: SandboxPlan) -> RebuildError {
        let reason = errorText(message.status)
        return RebuildError(
            .sandbox, "this machine refuses \(name(message, plan)): \(reason)")
    }

    private static func name(_ message: tally_message, _ plan: SandboxPlan) -> String {
        switch UInt32(message.step) {
        case TALLY_STEP_NAMESPACES.rawValue: "the tie to its maker"
        case TALLY_STEP_IDENTITY.rawValue: "a user of the sandbox's own (step \(message.index))"
        case TALLY_STEP_PROPAGATION.rawValue: "mounts of the sandbox's own"
        case TALLY_STEP_ROOT.rawValue: "a root that is read-only"
        case TALLY_STEP_MOUNT.rawValue:
            plan.mounts.indices.contains(Int(message.index))
                ? "the mount \(plan.mounts[Int(message.index)].target.escaped)" : "a mount"
        case TALLY_STEP_PIVOT.rawValue: "leaving the old root"
        case TALLY_STEP_HOSTNAME.rawValue: "a host name or loopback of the sandbox's own"
        case TALLY_STEP_LIMITS.rawValue: "a limit (\(message.index))"
        case TALLY_STEP_CAPABILITIES.rawValue: "giving up capability \(message.index)"
        case TALLY_STEP_SECCOMP.rawValue: "a filter of system calls with a listener"
        default: "a step"
        }
    }
}
