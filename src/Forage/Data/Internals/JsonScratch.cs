using System.Runtime.InteropServices;
using Forage.OffPolicy;

namespace Forage.Data.Internals;

/// <summary>Memory a parser of JSON needs while it is at one record; it lives in the batch, so that parsers have no state and nothing is allocated per record.</summary>
internal sealed class JsonScratch
{
    private int[] _positions = [];

    /// <summary>Room for at least <paramref name="count"/> positions; what it held is gone.</summary>
    public int[] Positions(int count) => _positions.Length >= count ? _positions : _positions = new int[2 * count];

    /// <summary>Action numbers.</summary>
    public List<int> Integers { get; } = [];

    /// <summary>Probabilities as listed.</summary>
    public List<double> Numbers { get; } = [];

    /// <summary>As <see cref="Integers"/>, for what must not overwrite them.</summary>
    public List<int> OtherIntegers { get; } = [];

    /// <summary>As <see cref="Numbers"/>, for what must not overwrite them.</summary>
    public List<double> OtherNumbers { get; } = [];

    /// <summary>A distribution over all actions.</summary>
    public List<double> Distribution { get; } = [];

    /// <summary>Actions shown.</summary>
    public List<LoggedAction> Slate { get; } = [];

    /// <summary>A name without its escapes.</summary>
    public ByteBuffer Name { get; } = new();

    /// <summary>A string value without its escapes.</summary>
    public ByteBuffer Value { get; } = new();

    /// <summary>A name and a value together, or a word.</summary>
    public ByteBuffer Joined { get; } = new();

    /// <summary>Event id without its escapes.</summary>
    public ByteBuffer EventId { get; } = new();

    /// <summary>Policy version without its escapes.</summary>
    public ByteBuffer Version { get; } = new();

    /// <summary>A list as a span.</summary>
    public static Span<T> Span<T>(List<T> list) => CollectionsMarshal.AsSpan(list);

    /// <summary>Makes <paramref name="list"/> hold <paramref name="count"/> zeros.</summary>
    public static Span<double> Zeros(List<double> list, int count)
    {
        CollectionsMarshal.SetCount(list, count);
        var span = CollectionsMarshal.AsSpan(list);
        span.Clear();
        return span;
    }
}
