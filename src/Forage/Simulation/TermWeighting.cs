using Forage.Features;

namespace Forage.Simulation;

/// <summary>
/// Turns word counts into the values text is usually learnt from: (1 + ln tf) · ln(n/n_f), n training rows of which n_f have the feature, each row divided by its Euclidean length.
/// </summary>
/// <remarks>Fitted to training rows, applied to those of the test too. A feature no training row has, or all have, weighs 0 and is left out; counts of 0 or less are left out.</remarks>
public sealed class TermWeighting
{
    private readonly Dictionary<uint, float> _inverse = [];

    /// <summary>Counts the rows that have each feature.</summary>
    public TermWeighting(FeatureBlock rows)
    {
        var counts = new Dictionary<uint, int>();
        for (int i = 0; i < rows.RowCount; i++)
        {
            var row = rows[i];
            for (int g = 0; g < row.GroupCount; g++)
            {
                var group = row.Group(g);
                for (int k = group.Start; k < group.End; k++)
                    if (row.Values[k] > 0) counts[row.Indices[k]] = counts.GetValueOrDefault(row.Indices[k]) + 1;
            }
        }
        foreach (var (feature, n) in counts)
            if (n < rows.RowCount) _inverse[feature] = (float)Math.Log((double)rows.RowCount / n);
    }

    /// <summary>Inverse document frequency of a feature; 0 for one not known.</summary>
    public float InverseFrequency(uint feature) => _inverse.GetValueOrDefault(feature);

    /// <summary>A set of the same labels with weighted features, in one group a row.</summary>
    public SupervisedSet Apply(SupervisedSet set)
    {
        var weighted = new SupervisedSet();
        weighted.Declare(set.LabelCount);
        List<uint> indices = [];
        List<float> values = [];
        for (int i = 0; i < set.Count; i++)
        {
            indices.Clear();
            values.Clear();
            var row = set.Rows[i];
            double squares = 0;
            for (int g = 0; g < row.GroupCount; g++)
            {
                var group = row.Group(g);
                for (int k = group.Start; k < group.End; k++)
                {
                    if (!(row.Values[k] > 0) || !_inverse.TryGetValue(row.Indices[k], out float inverse)) continue;
                    float value = (1 + MathF.Log(row.Values[k])) * inverse;
                    if (!(value > 0)) continue;
                    indices.Add(row.Indices[k]);
                    values.Add(value);
                    squares += (double)value * value;
                }
            }
            float scale = squares > 0 ? (float)(1 / Math.Sqrt(squares)) : 0;
            for (int k = 0; k < values.Count; k++) values[k] *= scale;
            weighted.Add(set.Labels(i), System.Runtime.InteropServices.CollectionsMarshal.AsSpan(indices), System.Runtime.InteropServices.CollectionsMarshal.AsSpan(values));
        }
        return weighted;
    }
}
