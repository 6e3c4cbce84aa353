/// Provenance in the shapes of others, made by hand from what they document. The artifact's bytes
/// are the text "A".
enum ProvenanceSamples {
    private static let sha256 = "559aead08264d5795d3909718cdd05abd49572e84fe55590eef31a88a08fdffd"
    static let commit = "0123456789abcdef0123456789abcdef01234567"

    /// What GitLab's runner writes as `artifacts-metadata.json`: v0.2, the commit under `sha256`.
    static let gitlab = """
        {"_type": "https://in-toto.io/Statement/v0.1",
         "subject": [{"name": "tool.tar", "digest": {"sha256": "\(sha256)"}}],
         "predicateType": "https://slsa.dev/provenance/v0.2",
         "predicate": {
          "buildType": "https://gitlab.com/gitlab-org/gitlab-runner/-/blob/v16.0.0/PROVENANCE.md",
          "builder": {"id": "https://gitlab.example.org/group/app/-/runners/7"},
          "invocation": {
           "configSource": {"uri": "https://gitlab.example.org/group/app",
            "digest": {"sha256": "\(commit)"}, "entryPoint": "build-job"},
           "environment": {"name": "runner", "executor": "shell", "architecture": "amd64"},
           "parameters": {"CI": "", "CI_JOB_ID": ""}},
          "metadata": {"buildStartedOn": "2026-01-31T12:50:00+01:00",
           "buildFinishedOn": "2026-01-31T13:00:00.5+01:00", "reproducible": false,
           "completeness": {"parameters": true, "environment": true, "materials": false}},
          "materials": [{"uri": "https://gitlab.example.org/group/app",
           "digest": {"sha256": "\(commit)"}}]}}

        """

    /// GitLab's v1, with `invocationID` spelt as it is there.
    static let newerGitLab = """
        {"_type": "https://in-toto.io/Statement/v1",
         "subject": [{"name": "tool.tar", "digest": {"sha256": "\(sha256)"}}],
         "predicateType": "https://slsa.dev/provenance/v1",
         "predicate": {
          "buildDefinition": {
           "buildType": "https://gitlab.com/gitlab-org/gitlab-runner/-/blob/v17.0.0/PROVENANCE.md",
           "externalParameters": {"CI": "", "entryPoint": "build-job",
            "source": "https://gitlab.example.org/group/app"},
           "internalParameters": {"architecture": "amd64", "executor": "docker", "job": "12",
            "name": "runner"},
           "resolvedDependencies": [{"uri": "https://gitlab.example.org/group/app",
            "digest": {"sha256": "\(commit)"}}]},
          "runDetails": {"builder": {"id": "https://gitlab.example.org/group/app/-/runners/7"},
           "metadata": {"invocationID": "12", "startedOn": "2026-01-31T11:50:00Z",
            "finishedOn": "2026-01-31T12:00:00Z"}}}}

        """

    /// What GitHub's attest-build-provenance signs: v1, without a time.
    static let github = """
        {"_type": "https://in-toto.io/Statement/v1",
         "subject": [{"name": "tool.tar", "digest": {"sha256": "\(sha256)"}}],
         "predicateType": "https://slsa.dev/provenance/v1",
         "predicate": {
          "buildDefinition": {
           "buildType": "https://actions.github.io/buildtypes/workflow/v1",
           "externalParameters": {"workflow": {"ref": "refs/heads/main",
            "repository": "https://github.example.org/group/app", "path": ".github/workflows/b.yml"}},
           "internalParameters": {"github": {"event_name": "push", "repository_id": "1",
            "repository_owner_id": "2", "runner_environment": "github-hosted"}},
           "resolvedDependencies": [{"uri": "git+https://github.example.org/group/app@refs/heads/main",
            "digest": {"gitCommit": "\(commit)"}}]},
          "runDetails": {"builder": {"id":
           "https://github.example.org/group/app/.github/workflows/b.yml@refs/heads/main"},
           "metadata": {"invocationId": "https://github.example.org/group/app/actions/runs/3"}}}}

        """

    /// What slsa-github-generator writes: v0.2, the commit under `sha1`.
    static let generator = """
        {"_type": "https://in-toto.io/Statement/v0.1",
         "predicateType": "https://slsa.dev/provenance/v0.2",
         "subject": [{"name": "tool.tar", "digest": {"sha256": "\(sha256)"}}],
         "predicate": {
          "builder": {"id": "https://github.example.org/generator/.github/workflows/g.yml@refs/tags/v1"},
          "buildType": "https://github.example.org/generator/generic@v1",
          "invocation": {"configSource": {"uri": "git+https://github.example.org/group/app@refs/tags/v1",
            "digest": {"sha1": "\(commit)"}, "entryPoint": ".github/workflows/b.yml"},
           "parameters": {}, "environment": {"github_run_id": "3"}},
          "metadata": {"buildInvocationID": "3-1", "reproducible": false,
           "completeness": {"parameters": true, "environment": false, "materials": false}},
          "materials": [{"uri": "git+https://github.example.org/group/app@refs/tags/v1",
           "digest": {"sha1": "\(commit)"}}]}}

        """

    static let all = [gitlab, newerGitLab, github, generator]
}
