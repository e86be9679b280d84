using Forage.Search.Models;
using Forage.Search.Tasks;
using Forage.Search.Text;

namespace Forage.Search.Internals;

/// <summary>
/// How a tagger of rounded weights labels sentences: what <see cref="SequenceTask"/>, <see cref="EntityTask"/> and <see cref="TwoPassTask"/> do, label for label, without asking
/// a search for each. Immutable; a <see cref="SequenceDecoder"/> for each thread follows it.
/// </summary>
internal sealed class SequencePlan
{
    private SequencePlan(Tagger tagger, int history)
    {
        FromRight = tagger.Options.FromRight;
        Labels = tagger.Labels.Count;
        var views = new List<ColumnView>();
        PassPlan Pass(int policy, TokenTemplates templates) => new(tagger.Model.Policies.Table(0, policy), templates, FromRight, policy > 0, history, views);
        Passes = tagger.FirstTemplates is { } first ? [Pass(0, first), Pass(1, tagger.Templates)] : [Pass(0, tagger.Templates)];
        Views = [.. views];
        Columns = [.. views.Select(v => v.Column).Distinct().DefaultIfEmpty(tagger.Options.WordColumn)];
        Pad = Passes.Max(p => p.Pad);
        Rules = tagger.Options.Encoding is { } encoding ? new SpanRules(tagger.Labels, encoding) : null;
    }

    /// <summary>Whether sentences are read from their last token.</summary>
    public bool FromRight { get; }

    /// <summary>Number of labels.</summary>
    public int Labels { get; }

    /// <summary>The passes over a sentence, one or two.</summary>
    public PassPlan[] Passes { get; }

    /// <summary>What is looked at.</summary>
    public ColumnView[] Views { get; }

    /// <summary>The columns looked at.</summary>
    public int[] Columns { get; }

    /// <summary>Farthest place looked at.</summary>
    public int Pad { get; }

    /// <summary>What may follow what; null for everything.</summary>
    public SpanRules? Rules { get; }

    /// <summary>The plan of a tagger; null if its weights are not rounded, or a mixture, or too many labels back are looked at: the program must be run then.</summary>
    public static SequencePlan? Of(Tagger tagger)
    {
        int policies = tagger.Model.Actions.Count;
        if (tagger.Model.Components != 1 || !Enumerable.Range(0, policies).All(p => tagger.Model.Policies.Table(0, p).IsRounded)) return null;
        var plan = new SequencePlan(tagger, Tagger.HistoryOf(tagger.Options, tagger.Templates));
        return plan.Passes.All(p => p.LabelRows is not null) ? plan : null;
    }
}
