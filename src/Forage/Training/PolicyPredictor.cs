using System.Buffers;
using System.Buffers.Text;
using Forage.Data;
using Forage.Features;
using Forage.OffPolicy;
using Forage.OffPolicy.Learning;

namespace Forage.Training;

/// <summary>
/// What a policy would do in logged or new decisions, a line each: the actions it would show, best first (<c>17,4,230</c>), or with their
/// probabilities (<c>17:0.7 4:0.3</c>); actions count from 0. Policies are brought to <c>improve</c> and <c>evaluate</c> in this form.
/// </summary>
/// <param name="model">The policy.</param>
/// <param name="probabilities">Write probabilities of the first position, not the actions best first.</param>
public sealed class PolicyPredictor(PolicyModel model, bool probabilities)
{
    private readonly PolicyScratch _scratch = new();
    private double _matched;

    /// <summary>Dense vectors of the decisions, one a decision in their order; null: none.</summary>
    public FeatureBlock? Vectors { get; init; }

    /// <summary>Decisions predicted.</summary>
    public long Decisions { get; private set; }

    /// <summary>Of those, decisions that were logged with an outcome and a propensity.</summary>
    public long Labelled { get; private set; }

    /// <summary>
    /// Inverse-propensity estimate of the policy's reward on the first position, Σ π(a|x) r/ρ / n over those; too good if it was learnt from them.
    /// </summary>
    public double Value => _matched / Labelled;

    /// <summary>Predicts a batch.</summary>
    public void Predict(DecisionBatch batch, IBufferWriter<byte> to)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            var record = batch[i];
            if (model.Recipe.Actions > 0 && record.ActionCount > model.Recipe.Actions)
                throw new ForageException($"Decision {Decisions + 1} is among {record.ActionCount} actions, but the policy knows {model.Recipe.Actions}.");
            if (Vectors is not null && Decisions >= Vectors.RowCount) throw new ForageException($"There are {Vectors.RowCount} vectors, but more decisions; expected one a decision.");
            _scratch.Clear();
            var context = new DecisionContext(batch.Rows, record.FirstRow, record.RowCount > 1, record.ActionCount, batch.Excluded(i), batch.Distribution(i), Decisions) { Vectors = Vectors, VectorRow = (int)Decisions };
            var p = model.Policy.Distribution(context, _scratch);
            Decisions++;
            if (batch.Slate(i) is [var first, ..] && !record.SkipLearn && !double.IsNaN(first.LogPropensity))
            {
                Labelled++;
                _matched += p.ProbabilityOf(first.Action) * first.Reward / first.Propensity;
            }
            if (probabilities) WriteProbabilities(p, to);
            else WriteBest(context, p, to);
            to.Write("\n"u8);
        }
    }

    private void WriteBest(scoped in DecisionContext context, scoped in ActionDistribution p, IBufferWriter<byte> to)
    {
        int length = Math.Max(1, model.Recipe.SlateLength);
        if (model.Policy is IRankingPolicy ranking)
        {
            var best = ranking.Rank(context, length, _scratch);
            for (int k = 0; k < best.Length; k++) WriteAction(to, best[k], k > 0);
            return;
        }
        var order = _scratch.Ints(p.Count);
        var keys = _scratch.Doubles(p.Count);
        for (int k = 0; k < p.Count; k++) (order[k], keys[k]) = (p.ActionAt(k), -p.Probabilities[k]);
        keys.Sort(order);
        for (int k = 0; k < Math.Min(length, order.Length); k++) WriteAction(to, order[k], k > 0);
    }

    private static void WriteAction(IBufferWriter<byte> to, int action, bool separate)
    {
        if (separate) to.Write(","u8);
        Utf8Formatter.TryFormat(action, to.GetSpan(16), out int n);
        to.Advance(n);
    }

    private static void WriteProbabilities(scoped in ActionDistribution p, IBufferWriter<byte> to)
    {
        bool separate = false;
        for (int k = 0; k < p.Count; k++)
        {
            if (p.Probabilities[k] == 0) continue;
            if (separate) to.Write(" "u8);
            separate = true;
            WriteAction(to, p.ActionAt(k), false);
            to.Write(":"u8);
            Utf8Formatter.TryFormat(p.Probabilities[k], to.GetSpan(40), out int n);
            to.Advance(n);
        }
    }
}
