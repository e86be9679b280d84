using System.Globalization;

namespace Forage.OffPolicy;

/// <summary>Outcome of a choice among candidates.</summary>
public sealed record Choice
{
    /// <summary>Name of the chosen policy; null if none is better with the confidence asked for.</summary>
    public string? Chosen => Index < 0 ? null : Candidates[Index].Name;

    /// <summary>Its number; -1 if none.</summary>
    public required int Index { get; init; }

    /// <summary>Every candidate, in the order given.</summary>
    public required IReadOnlyList<CandidateResult> Candidates { get; init; }

    /// <summary>Confidence asked for.</summary>
    public required double Confidence { get; init; }

    /// <summary>The candidate that came closest if none was chosen; -1 if nothing points upwards.</summary>
    public required int Closest { get; init; }

    /// <summary>The outcome in plain words.</summary>
    public string Sentence
    {
        get
        {
            var c = CultureInfo.InvariantCulture;
            string confidence = string.Create(c, $"{100 * Confidence:0.##} % confidence");
            if (Index >= 0)
            {
                var d = Candidates[Index].Difference;
                return string.Create(c, $"'{Chosen}' is better than the logging policy: by {d.Value:G3} a decision, and by at least {d.Lower:G3} with {confidence}.");
            }
            string none = $"No candidate is better with {confidence}.";
            if (Closest < 0) return none;
            var near = Candidates[Closest];
            string more = near.MoreDecisions is long n and > 0 ? string.Create(c, $"; about {Rounded(n):N0} more decisions like these would show it if that is what it is worth") : "";
            return string.Create(c, $"{none} The closest is '{near.Name}': {near.Difference.Value:+0.###;-0.###;0} a decision, between {near.Difference.Lower:G3} and {near.Difference.Upper:G3}{more}.");
        }
    }

    private static double Rounded(double n)
    {
        double unit = Math.Pow(10, Math.Floor(Math.Log10(n)) - 1);
        return Math.Ceiling(n / unit) * unit;
    }
}

/// <summary>One candidate of a <see cref="Choice"/>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value, with a sequence's interval at the confidence asked for, taken by itself.</param>
/// <param name="Difference">Paired difference to the logging policy, with the interval that decides (the candidates' share of the error already taken off).</param>
/// <param name="Better">True if that interval lies above 0.</param>
/// <param name="Weights">Its importance weights.</param>
/// <param name="MoreDecisions">How many more decisions would lift the interval above 0 if the estimated difference is the true one; null if it is not above 0.</param>
public sealed record CandidateResult(string Name, Estimate Value, Estimate Difference, bool Better, WeightStatistics Weights, long? MoreDecisions);
