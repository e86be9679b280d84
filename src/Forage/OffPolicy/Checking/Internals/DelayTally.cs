namespace Forage.OffPolicy.Checking.Internals;

/// <summary>Delays of rewards in buckets a tenth apart.</summary>
internal sealed class DelayTally
{
    private const double Ratio = 1.1;

    private readonly long[] _buckets = new long[256];
    private DateTimeOffset? _last;
    private long _count, _negative, _outOfOrder;
    private TimeSpan _longest;

    public void Add(DateTimeOffset? decided, DateTimeOffset? rewarded)
    {
        if (decided is null) return;
        if (_last > decided) _outOfOrder++;
        _last = decided;
        if (rewarded is null) return;
        var delay = rewarded.Value - decided.Value;
        _count++;
        if (delay < TimeSpan.Zero)
        {
            _negative++;
            delay = TimeSpan.Zero;
        }
        if (delay > _longest) _longest = delay;
        _buckets[delay.TotalSeconds < 1e-3 ? 0 : Math.Min(_buckets.Length - 1, 1 + (int)(Math.Log(delay.TotalSeconds / 1e-3) / Math.Log(Ratio)))]++;
    }

    public DelaySummary? Summary() => _count == 0 && _outOfOrder == 0 ? null : new DelaySummary(_count, _negative, Quantile(.5), Quantile(.9), _longest, _outOfOrder);

    private TimeSpan Quantile(double q)
    {
        long needed = (long)Math.Ceiling(q * _count), seen = 0;
        for (int b = 0; b < _buckets.Length; b++)
        {
            seen += _buckets[b];
            if (seen < needed || needed == 0) continue;
            var middle = b == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(1e-3 * Math.Pow(Ratio, b - 0.5));
            return middle < _longest ? middle : _longest;
        }
        return TimeSpan.Zero;
    }
}
