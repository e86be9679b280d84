using System.Globalization;
using System.Text;

namespace Forage.Search.Text;

/// <summary>Numbers of spans.</summary>
/// <param name="True">In the truth.</param>
/// <param name="Predicted">In what was predicted.</param>
/// <param name="Correct">In both.</param>
public readonly record struct ChunkCounts(long True, long Predicted, long Correct)
{
    /// <summary>Correct / predicted, in 0..1; 0 if nothing was predicted.</summary>
    public double Precision => Predicted > 0 ? (double)Correct / Predicted : 0;

    /// <summary>Correct / true, in 0..1; 0 if there is none.</summary>
    public double Recall => True > 0 ? (double)Correct / True : 0;

    /// <summary>Harmonic mean of precision and recall, in 0..1.</summary>
    public double F1 => True + Predicted > 0 ? 2.0 * Correct / (True + Predicted) : 0;
}

/// <summary>What <see cref="ChunkScorer"/> counted.</summary>
/// <param name="Tokens">Number of tokens.</param>
/// <param name="CorrectTokens">Tokens whose label is right.</param>
/// <param name="All">Spans of all types.</param>
/// <param name="ByType">Spans by type, in order.</param>
public sealed record ChunkScores(long Tokens, long CorrectTokens, ChunkCounts All, IReadOnlyDictionary<string, ChunkCounts> ByType)
{
    /// <summary>Share of tokens whose label is right.</summary>
    public double Accuracy => Tokens > 0 ? (double)CorrectTokens / Tokens : 0;

    /// <summary>F1 over all spans (micro average), in 0..1.</summary>
    public double F1 => All.F1;

    /// <summary>Mean of the types' F1 (macro average), in 0..1; over the types that occur in the truth or in what was predicted.</summary>
    public double MacroF1 => ByType.Count > 0 ? ByType.Values.Average(c => c.F1) : 0;

    /// <summary>The report conlleval prints.</summary>
    public string Report()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"processed {Tokens} tokens with {All.True} phrases; found: {All.Predicted} phrases; correct: {All.Correct}.\n");
        text.Append(CultureInfo.InvariantCulture, $"accuracy: {100 * Accuracy,6:0.00}%; {Percents(All)}\n");
        foreach (var (type, counts) in ByType) text.Append(CultureInfo.InvariantCulture, $"{type,17}: {Percents(counts)}  {counts.Predicted}\n");
        return text.ToString();
    }

    private static string Percents(ChunkCounts c)
        => string.Create(CultureInfo.InvariantCulture, $"precision: {100 * c.Precision,6:0.00}%; recall: {100 * c.Recall,6:0.00}%; FB1: {100 * c.F1,6:0.00}");
}
