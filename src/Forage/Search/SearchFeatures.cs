using Forage.Features;

namespace Forage.Search;

/// <summary>
/// The features of one choice: hashes, with values or each of value 1. They borrow the caller's memory, which may be reused right after the call.
/// Features that equal as whole 32-bit hashes are one feature; there is no smaller table they could collide in.
/// </summary>
public readonly ref struct SearchFeatures
{
    /// <summary>Features of value 1.</summary>
    public SearchFeatures(ReadOnlySpan<uint> indices) => Indices = indices;

    /// <summary>Features of value 1, and others that are crossed with the first of the predictions conditioned on (paper 06's competitors call them bigram features).</summary>
    public SearchFeatures(ReadOnlySpan<uint> indices, ReadOnlySpan<uint> paired)
    {
        Indices = indices;
        Paired = paired;
    }

    /// <summary>Features with values.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public SearchFeatures(ReadOnlySpan<uint> indices, ReadOnlySpan<float> values)
    {
        if (indices.Length != values.Length) throw new ArgumentException($"{indices.Length} indices but {values.Length} values.");
        Indices = indices;
        Values = values;
    }

    /// <summary>Hashes.</summary>
    public ReadOnlySpan<uint> Indices { get; }

    /// <summary>Values beside <see cref="Indices"/>; none if all are 1.</summary>
    public ReadOnlySpan<float> Values { get; }

    /// <summary>Hashes that are crossed with the first prediction conditioned on.</summary>
    public ReadOnlySpan<uint> Paired { get; }

    /// <summary>Features of value 1.</summary>
    public static implicit operator SearchFeatures(ReadOnlySpan<uint> indices) => new(indices);

    /// <summary>Features of value 1.</summary>
    public static implicit operator SearchFeatures(Span<uint> indices) => new((ReadOnlySpan<uint>)indices);

    /// <summary>Features of value 1.</summary>
    public static implicit operator SearchFeatures(uint[] indices) => new(indices.AsSpan());

    /// <summary>A row whose features stand in one run, as rows of plain examples do.</summary>
    /// <exception cref="ArgumentException">The row's groups have gaps between them.</exception>
    public static SearchFeatures Of(in FeatureRow row)
    {
        if (row.Groups.IsEmpty) return new SearchFeatures(row.Indices, row.Values);
        for (int g = 1; g < row.GroupCount; g++)
            if (row.Group(g).Start != row.Group(g - 1).End) throw new ArgumentException("The row's groups do not follow one another.", nameof(row));
        int start = row.Group(0).Start, count = row.Group(row.GroupCount - 1).End - start;
        return new SearchFeatures(row.Indices.Slice(start, count), row.Values.Slice(start, count));
    }
}
