using System.Runtime.InteropServices;
using Forage.Features;

namespace Forage.Extreme.Internals;

/// <summary>In how many rows each feature occurs.</summary>
internal static class FeatureCounts
{
    /// <summary>Counts rows by feature index; a feature that stands twice in a row counts once.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="zeros">Features with the value 0 count too.</param>
    /// <param name="indices">Receives the indices seen, ascending.</param>
    /// <returns>Rows of each of <paramref name="indices"/>.</returns>
    public static int[] Of(FeatureBlock rows, bool zeros, out uint[] indices)
    {
        var counts = new Dictionary<uint, (int Rows, int Last)>();
        for (int r = 0; r < rows.RowCount; r++)
        {
            var row = rows[r];
            for (int g = 0; g < row.GroupCount; g++)
            {
                var group = row.Group(g);
                for (int i = group.Start; i < group.End; i++)
                {
                    if (!zeros && row.Values[i] == 0) continue;
                    ref var seen = ref CollectionsMarshal.GetValueRefOrAddDefault(counts, row.Indices[i], out bool known);
                    if (!known || seen.Last != r) seen = (seen.Rows + 1, r);
                }
            }
        }
        indices = [.. counts.Keys];
        Array.Sort(indices);
        return [.. indices.Select(i => counts[i].Rows)];
    }
}
