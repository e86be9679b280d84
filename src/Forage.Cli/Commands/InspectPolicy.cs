using System.Globalization;
using System.Text.Json.Serialization;
using Forage.Cli.Frame;
using Forage.Linear;
using Forage.OffPolicy;
using Forage.OffPolicy.Learning;
using Forage.OffPolicy.Learning.Slates;
using Forage.OffPolicy.Selective;

namespace Forage.Cli.Commands;

/// <summary><c>inspect</c> of a policy.</summary>
internal static class InspectPolicy
{
    public static int Run(string path, int top, Session session)
    {
        var model = PolicyModel.Load(path);
        var learner = LearnerOf(model.Policy);
        var weights = new List<WeightOutput>();
        long set = 0;
        if (learner is not null)
        {
            var heap = new PriorityQueue<WeightOutput, (float, long)>();
            learner.ForEachWeight((index, slot, weight) =>
            {
                set++;
                if (top == 0) return;
                heap.Enqueue(new WeightOutput(index, slot, weight, null), (Math.Abs(weight), -((long)index << 20) - slot));
                if (heap.Count > top) heap.Dequeue();
            });
            while (heap.TryDequeue(out var w, out _)) weights.Add(w);
            weights.Reverse();
        }
        var r = model.Recipe;
        var output = new InspectPolicyOutput(path, new FileInfo(path).Length, r.Name, r.Actions, r.SlateLength, Describe(model.Policy), r.Command, r.Seed, r.Version, r.DataSha256, r.Evidence, learner is null ? null : set, weights);
        if (session.Json) session.WriteJson(output, InspectPolicyJson.Readable.InspectPolicyOutput);
        else Print(output, session.Out);
        return ExitCode.Fine;
    }

    /// <summary>The policy in words, from the outside in.</summary>
    private static string Describe(IPolicy policy) => policy switch
    {
        GreedyPolicy g => "the best of " + Describe(g.Inner),
        ScorePolicy s => string.Create(CultureInfo.InvariantCulture, $"{s.Options.Link.ToString().ToLowerInvariant()}{(s.Options.Temperature != 1 ? $" (temperature {s.Options.Temperature})" : "")}{(s.Options.Uniform > 0 ? $" with {100 * s.Options.Uniform} % uniform" : "")} of {Describe(s.Scorer)}"),
        RestrictedPolicy { Selector: TopActions top } r => $"{Describe(r.Inner)}, kept to the {top.Count} most probable actions of {Describe(top.Policy)}",
        SelectivePolicy s => Describe(s),
        IndexedPolicy i => Describe(i),
        RecordedPolicy r => Describe(r.Inner),
        MixturePolicy m => string.Create(CultureInfo.InvariantCulture, $"{Describe(m.First)} and {Describe(m.Second)} (share {m.Share})"),
        UniformPolicy => "a uniform choice",
        _ => "a policy (" + policy.GetType().Name + ")",
    };

    private static string Describe(SelectivePolicy policy)
    {
        var (members, priorWeight) = policy.Scorer is ScorerMean mean ? (mean.Members, mean.PriorWeight) : ([policy.Scorer], 0);
        if (members.Count == 1 && members[0] is EmbeddingScorer single) priorWeight += single.PriorWeight;
        var c = CultureInfo.InvariantCulture;
        string[] parts = [.. members.GroupBy(Describe).Select(g => members.Count == 1 ? g.Key : string.Create(c, $"{g.Count()} by {g.Key}"))];
        string scores = string.Create(c, $"a softmax{(policy.Temperature != 1 ? $" (temperature {policy.Temperature})" : "")} of {(members.Count > 1 ? $"the mean of {members.Count} scores, " : "")}{string.Join(" and ", parts)}");
        if (priorWeight != 0) scores += string.Create(CultureInfo.InvariantCulture, $" plus {priorWeight:0.###} times the log-probability of the logging policy");
        return policy.Top == 0 ? scores : string.Create(CultureInfo.InvariantCulture, $"{scores}, over the {policy.Top} most probable actions of {Describe(policy.Prior!)}");
    }

    private static string Describe(IndexedPolicy policy)
    {
        var (model, options) = (policy.Index.Model, policy.Index.Options);
        return string.Create(CultureInfo.InvariantCulture, $"a softmax{(policy.Temperature != 1 ? $" (temperature {policy.Temperature})" : "")} of embeddings (dimension {model.Dimension}, {model.Columns.Count} features, {model.LabelCount} actions), over the actions an index finds ({options.Beam} of {policy.Index.LeafCount} leaves{(options.Shortlist > 0 ? $", {options.Shortlist} actions at most" : "")})");
    }

    private static string Describe(ISelectiveScorer scorer) => scorer switch
    {
        EmbeddingScorer e => string.Create(CultureInfo.InvariantCulture, $"embeddings (dimension {e.Model.Dimension}, {e.Model.Columns.Count} features, {e.Model.LabelCount} actions)"),
        LinearScorer l => string.Create(CultureInfo.InvariantCulture, $"a linear model ({l.ActionCount} actions)"),
        TwoStageScorer t => string.Create(CultureInfo.InvariantCulture, $"two stages, {t.Clusters.Count} clusters and actions in them, by {Describe(t.Second)}"),
        _ => scorer.GetType().Name,
    };

    private static string Describe(IActionScorer scorer) => scorer switch
    {
        ActionModel { Prior: null } m => Describe(m),
        ActionModel m => string.Create(CultureInfo.InvariantCulture, $"{Describe(m)} plus {m.PriorWeight:0.###} times the log-probability of the logging policy"),
        DoublyRobustScorer d => $"{Describe(d.Model)} corrected by {Describe(d.Correction)}",
        _ => "scores (" + scorer.GetType().Name + ")",
    };

    private static string Describe(ActionModel model) => model.Regressor is LinearLearner l
        ? $"linear scores ({l.Options.Bits} bits{(l.Slots > 1 ? $", {l.Slots} actions" : "")}{(l.Options.Interactions.Count > 0 ? ", crossing " + string.Join(" ", l.Options.Interactions) : "")})"
        : "scores";

    private static LinearLearner? LearnerOf(IPolicy policy) => policy switch
    {
        GreedyPolicy g => LearnerOf(g.Inner),
        RestrictedPolicy r => LearnerOf(r.Inner),
        RecordedPolicy r => LearnerOf(r.Inner),
        ScorePolicy { Scorer: ActionModel m } => m.Regressor as LinearLearner,
        ScorePolicy { Scorer: DoublyRobustScorer d } => d.Model.Regressor as LinearLearner,
        _ => null,
    };

    private static void Print(InspectPolicyOutput o, TextWriter to)
    {
        void Line(string what, string value)
        {
            if (value.Length > 0) to.WriteLine($"{what,-22} {value}");
        }
        Line("policy", $"{o.Model} ({Numbers.Bytes(o.Bytes)})");
        Line("name", o.Name);
        Line("actions", o.Actions > 0 ? Numbers.Count(o.Actions) : "each decision brings its own");
        if (o.SlateLength > 1) Line("shown in a decision", Numbers.Count(o.SlateLength));
        Line("takes", o.Takes);
        Line("made by", o.Command);
        Line("version and seed", $"Forage {o.Version}, seed {o.Seed}");
        Line("from data", o.DataSha256.Length > 0 ? "sha256 " + o.DataSha256 : "");
        Line("evidence", o.Evidence);
        if (o.WeightsSet is { } set) Line("weights set", Numbers.Count(set));
        if (o.Weights.Count == 0) return;
        to.WriteLine();
        var table = new TextTable(">weight", ">action", ">index");
        foreach (var w in o.Weights) table.Add(w.Weight.ToString("G6", CultureInfo.InvariantCulture), w.Slot.ToString(CultureInfo.InvariantCulture), w.Index.ToString(CultureInfo.InvariantCulture));
        table.Write(to);
    }
}

/// <summary>What <c>inspect</c> of a policy tells.</summary>
internal sealed record InspectPolicyOutput(string Model, long Bytes, string Name, int Actions, int SlateLength, string Takes, string Command, ulong Seed, string Version, string DataSha256, string Evidence, long? WeightsSet, IReadOnlyList<WeightOutput> Weights);

/// <summary>Source-generated JSON of <c>inspect</c> of a policy.</summary>
[JsonSerializable(typeof(InspectPolicyOutput))]
internal sealed partial class InspectPolicyJson : JsonSerializerContext
{
    public static InspectPolicyJson Readable => field ??= new InspectPolicyJson(JsonStyle.NewOptions());
}
