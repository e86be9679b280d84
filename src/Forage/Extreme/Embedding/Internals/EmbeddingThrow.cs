using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Forage.Extreme.Embedding.Internals;

/// <summary>User errors about embeddings, one sentence each.</summary>
internal static class EmbeddingThrow
{
    public static void Require([DoesNotReturnIf(false)] bool holds, string what, object? value, string expected)
    {
        if (!holds) throw new ForageException(string.Create(CultureInfo.InvariantCulture, $"The {what} is {value}; expected {expected}."));
    }

    [DoesNotReturn]
    public static void NotFinite(int example, double loss) =>
        throw new ForageException(string.Create(CultureInfo.InvariantCulture, $"The loss of example {example} is {loss}, so the weights are no use any more; expected a number: lower the learning rate."));

    [DoesNotReturn]
    public static void BadLabel(int label, int labels) => throw new ForageException($"Label {label} is not one of the model's {labels}; expected 0 to {labels - 1}.");
}
