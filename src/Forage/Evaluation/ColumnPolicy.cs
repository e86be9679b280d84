using System.Globalization;
using Forage.OffPolicy;

namespace Forage.Evaluation;

/// <summary>
/// A policy brought from elsewhere as a column of a text file, one line a decision of the log, in its order: either the actions it would show,
/// best first (<c>17</c> or <c>17,4,230</c>), or actions with their probabilities (<c>17:0.7 4:0.3</c>). Actions are 0-based.
/// </summary>
public abstract class ColumnPolicy : IPolicy
{
    private ColumnPolicy() { }

    /// <summary>Number of decisions it says something about.</summary>
    public abstract int Count { get; }

    /// <summary>Reads a column.</summary>
    /// <param name="from">The text.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="ForageException">A line is not as described.</exception>
    public static ColumnPolicy Read(TextReader from, string name)
    {
        List<int[]> actions = [];
        List<double[]> probabilities = [];
        int line = 0;
        bool? ranked = null;
        for (string? text = from.ReadLine(); text is not null; text = from.ReadLine())
        {
            line++;
            var parts = text.Split([' ', ',', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length == 0) throw new ForageException($"{name}:{line}: the line is empty; expected actions (17,4,230) or actions with probabilities (17:0.7 4:0.3).");
            bool isRanked = !parts[0].Contains(':');
            if (ranked is not null && ranked != isRanked) throw new ForageException($"{name}:{line}: some lines have probabilities and others have not.");
            ranked = isRanked;
            var a = new int[parts.Length];
            var p = new double[isRanked ? 0 : parts.Length];
            for (int k = 0; k < parts.Length; k++) Parse(parts[k], isRanked, name, line, out a[k], ref p, k);
            if (a.Distinct().Count() != a.Length) throw new ForageException($"{name}:{line}: an action occurs twice.");
            if (!isRanked) Normalise(p, name, line);
            actions.Add(a);
            probabilities.Add(p);
        }
        return ranked ?? true ? new Ranked(actions, name) : new Stochastic(actions, probabilities, name);
    }

    /// <inheritdoc/>
    public abstract ActionDistribution Distribution(scoped in DecisionContext context, PolicyScratch scratch);

    private static void Parse(string part, bool isRanked, string name, int line, out int action, ref double[] p, int k)
    {
        int colon = part.IndexOf(':');
        string number = colon < 0 ? part : part[..colon];
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out action)) throw new ForageException($"{name}:{line}: '{number}' is not an action; expected a number from 0.");
        if (isRanked != colon < 0) throw new ForageException($"{name}:{line}: some actions have probabilities and others have not.");
        if (isRanked) return;
        if (!double.TryParse(part[(colon + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out p[k]) || !(p[k] is >= 0 and <= 1 + 1e-6))
            throw new ForageException($"{name}:{line}: '{part[(colon + 1)..]}' is not a probability; expected a number from 0 to 1.");
    }

    private static void Normalise(double[] p, string name, int line)
    {
        double sum = p.Sum();
        if (!(Math.Abs(sum - 1) < 1e-3)) throw new ForageException(string.Create(CultureInfo.InvariantCulture, $"{name}:{line}: the probabilities sum to {sum}; expected 1."));
        for (int k = 0; k < p.Length; k++) p[k] /= sum;
    }

    private static int Line(in DecisionContext context, List<int[]> actions, string name)
    {
        if (context.Number < 0 || context.Number >= actions.Count)
            throw new ForageException($"{name} has {actions.Count} lines and nothing on decision {context.Number + 1} of the log; expected one line a decision, in its order.");
        foreach (int a in actions[(int)context.Number])
            if (a >= context.ActionCount) throw new ForageException($"{name}:{context.Number + 1}: action {a} of a decision among {context.ActionCount} actions; expected 0 to {context.ActionCount - 1}.");
        return (int)context.Number;
    }

    private sealed class Ranked(List<int[]> actions, string name) : ColumnPolicy, IRankingPolicy
    {
        public override int Count => actions.Count;

        public override ActionDistribution Distribution(scoped in DecisionContext context, PolicyScratch scratch)
        {
            var one = scratch.Doubles(1);
            one[0] = 1;
            return new ActionDistribution(actions[Line(context, actions, name)].AsSpan(0, 1), one);
        }

        public ReadOnlySpan<int> Rank(scoped in DecisionContext context, int length, PolicyScratch scratch)
        {
            int[] ranking = actions[Line(context, actions, name)];
            return ranking.AsSpan(0, Math.Min(length, ranking.Length));
        }
    }

    private sealed class Stochastic(List<int[]> actions, List<double[]> probabilities, string name) : ColumnPolicy
    {
        public override int Count => actions.Count;

        public override ActionDistribution Distribution(scoped in DecisionContext context, PolicyScratch scratch)
        {
            int line = Line(context, actions, name);
            return new ActionDistribution(actions[line], probabilities[line]);
        }
    }
}
