using Forage.Features;

namespace Forage.Extreme.Embedding;

/// <summary>
/// Rows made ready for one model (and its clones): features looked up, values treated, lengths taken. Made by <see cref="EmbeddingSoftmax.Prepare"/>; training
/// goes over them many times. Reading is safe from several threads.
/// </summary>
public sealed class InputRows
{
    internal InputRows(EmbeddingOptions options, FeatureColumns columns, FeatureBlock rows)
    {
        Starts = new int[rows.RowCount + 1];
        Factors = new float[rows.RowCount];
        int total = 0;
        for (int r = 0; r < rows.RowCount; r++) total = checked(total + rows[r].Count);
        Columns = new int[total];
        Values = new float[total];
        int at = 0;
        for (int r = 0; r < rows.RowCount; r++)
        {
            at += Read(options, columns, rows[r], Columns.AsSpan(at), Values.AsSpan(at), out Factors[r]);
            Starts[r + 1] = at;
        }
    }

    /// <summary>Number of rows.</summary>
    public int Count => Factors.Length;

    internal int[] Starts { get; }

    internal int[] Columns { get; }

    internal float[] Values { get; }

    /// <summary>Scale over length of each row.</summary>
    internal float[] Factors { get; }

    /// <summary>Value of a feature as the model uses it; 0 if it is left out.</summary>
    internal static float Treat(InputValues kind, float value) => kind switch
    {
        InputValues.Binary => value == 0 ? 0 : 1,
        InputValues.Logarithmic => MathF.CopySign(MathF.Log(1 + MathF.Abs(value)), value),
        _ => value,
    };

    private static int Read(EmbeddingOptions options, FeatureColumns columns, FeatureRow row, Span<int> to, Span<float> values, out float factor)
    {
        int n = 0;
        double square = 0;
        for (int g = 0; g < row.GroupCount; g++)
        {
            var group = row.Group(g);
            for (int i = group.Start; i < group.End; i++)
            {
                int column = columns.Of(row.Indices[i]);
                float value = column < 0 ? 0 : Treat(options.Values, row.Values[i]);
                if (value == 0) continue;
                if (!columns.Weights.IsEmpty) value *= columns.Weights[column];
                (to[n], values[n]) = (column, value);
                square += (double)value * value;
                n++;
            }
        }
        factor = FactorOf(options, square);
        return n;
    }

    /// <summary>What the weighted sum is multiplied by, given the row's squared length.</summary>
    internal static float FactorOf(EmbeddingOptions options, double square)
        => options.Normalize && square > 0 ? (float)(options.Scale / Math.Sqrt(square)) : options.Scale;
}
