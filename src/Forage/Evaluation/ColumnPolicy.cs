using System.Globalization;
using Forage.OffPolicy;

namespace Forage.Evaluation;

/// <summary>
/// A policy brought from elsewhere as a column of a text file, one line a decision of the log, in its order: the actions it would show, best first
/// (<c>17</c> or <c>17,4,230</c>), actions with scores, of which it shows the highest (<c>17=2.5 4=-0.3</c>), or actions with their probabilities
/// (<c>17:0.7 4:0.3</c>). Actions are 0-based.
/// </summary>
public abstract class ColumnPolicy : IPolicy
{
    private const char Plain = ' ', Probability = ':', Score = '=';

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
        char? kind = null;
        for (string? text = from.ReadLine(); text is not null; text = from.ReadLine())
        {
            line++;
            var parts = text.Split([' ', ',', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length == 0) throw new ForageException($"{name}:{line}: the line is empty; expected actions (17,4,230), actions with scores (17=2.5 4=-0.3) or with probabilities (17:0.7 4:0.3).");
            char lineKind = parts[0].Contains(':') ? Probability : parts[0].Contains('=') ? Score : Plain;
            if (kind is not null && kind != lineKind) throw new ForageException($"{name}:{line}: lines of different kinds; expected all to have probabilities, or all scores, or neither.");
            kind = lineKind;
            var a = new int[parts.Length];
            var values = new double[parts.Length];
            for (int k = 0; k < parts.Length; k++) (a[k], values[k]) = Parse(parts[k], lineKind, name, line);
            if (a.Distinct().Count() != a.Length) throw new ForageException($"{name}:{line}: an action occurs twice.");
            if (lineKind == Probability) Normalise(values, name, line);
            if (lineKind == Score) Array.Sort([.. values.Select((v, k) => (-v, a[k]))], a);
            actions.Add(a);
            probabilities.Add(values);
        }
        return kind == Probability ? new Stochastic(actions, probabilities, name) : new Ranked(actions, name);
    }

    /// <inheritdoc/>
    public abstract ActionDistribution Distribution(scoped in DecisionContext context, PolicyScratch scratch);

    private static (int Action, double Value) Parse(string part, char kind, string name, int line)
    {
        int mark = part.IndexOfAny([Probability, Score]);
        string number = mark < 0 ? part : part[..mark];
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int action)) throw new ForageException($"{name}:{line}: '{number}' is not an action; expected a number from 0.");
        if ((mark < 0 ? Plain : part[mark]) != kind) throw new ForageException($"{name}:{line}: '{part}' is of another kind than what stands before it; expected probabilities for all actions, or scores, or neither.");
        if (mark < 0) return (action, 0);
        string text = part[(mark + 1)..];
        bool ok = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value);
        if (kind == Probability && !(ok && value is >= 0 and <= 1 + 1e-6)) throw new ForageException($"{name}:{line}: '{text}' is not a probability; expected a number from 0 to 1.");
        if (!ok) throw new ForageException($"{name}:{line}: '{text}' is not a score; expected a number.");
        return (action, value);
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
