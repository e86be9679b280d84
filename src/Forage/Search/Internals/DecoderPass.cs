using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Forage.Search.Text;
using Combination = Forage.Search.Text.Internals.TemplateLayout.Combination;

namespace Forage.Search.Internals;

/// <summary>
/// One pass over the sentences of a block. First all is summed that waits for no label of this pass, some tokens ahead of the memory: while rows of some tokens are
/// summed, those of the next are being fetched, and the places of the ones behind. Then several sentences are labelled side by side, a token each in turn, so that
/// what one waits for is fetched while the others are computed.
/// </summary>
internal sealed unsafe class DecoderPass
{
    private const int Tile = 8, SideBySide = 16;
    private const int Never = -1 << 29; // less than all sums; twice of it is a number still

    private readonly PassPlan _plan;
    private readonly ActionTable _table;
    private readonly TokenBlock _block;
    private readonly WordRows _words;
    private readonly LabelRows[] _guessRows, _labelRows;
    private readonly Combination[] _items; // what is together, guessed, chained
    private readonly int[] _offsets, _lines;
    private readonly int _width, _at, _waiting;
    private readonly int[] _masks; // by what stands before, and whether the token is the last; at least one, for the padding
    private readonly int* _mask;
    private readonly bool _hasRules;
    private readonly uint[] _hashes; // of labels, from -1
    private readonly uint[] _found, _counts; // of three tiles, and of sentences side by side
    private readonly int[] _scores;
    private readonly int[] _now = new int[SideBySide], _ends = new int[SideBySide];
    private uint[] _gathered = [], _together = [];
    private int[] _sums = [];
    private int _stride;

    /// <param name="plan">The pass.</param>
    /// <param name="rules">What may follow what.</param>
    /// <param name="labels">Number of labels.</param>
    /// <param name="block">The sentences.</param>
    /// <param name="words">Sums of the words.</param>
    /// <param name="at">Where this pass begins in them.</param>
    public DecoderPass(PassPlan plan, Tasks.SpanRules? rules, int labels, TokenBlock block, WordRows words, int at)
    {
        (_plan, _table, _block, _words, _at, _width, _hasRules) = (plan, plan.Table, block, words, at, plan.Table.Width, rules is not null);
        _guessRows = [.. plan.LabelRows!.Where(r => r.IsGuessed)];
        _labelRows = [.. plan.LabelRows!.Where(r => !r.IsGuessed)];
        _items = [.. plan.Together, .. plan.Guessed, .. plan.Chained];
        var lines = new SortedSet<int>();
        foreach (var item in _items)
            foreach (var (line, _) in item.Terms) lines.Add(line);
        _lines = [.. lines];
        _offsets = [.. plan.Groups.Select(g => g.Offset)];
        _waiting = Math.Max(plan.Together.Length + plan.Guessed.Length, plan.Chained.Length);
        _hashes = new uint[labels + 1];
        for (int i = 0; i <= labels; i++) _hashes[i] = FeatureMix.Label(i - 1);
        _found = GC.AllocateArray<uint>(Math.Max(3 * Tile, SideBySide) * _waiting + 1, pinned: true);
        _counts = new uint[Math.Max(3 * Tile, SideBySide)];
        _scores = GC.AllocateArray<int>(_width, pinned: true);
        _masks = GC.AllocateArray<int>((rules is null ? 1 : 2 * (labels + 1)) * _width, pinned: true);
        fixed (int* mask = _masks) _mask = mask;
        for (int i = 0; i < _masks.Length; i++)
        {
            int label = i % _width, before = i / _width / 2 - 1;
            bool allowed = label < labels && (rules is null || rules.At(0, i / _width % 2 == 1 ? 1 : 2, before).Contains(label));
            _masks[i] = allowed ? 0 : Never;
        }
    }

    /// <summary>Labels the block.</summary>
    /// <param name="guesses">Labels of the earlier pass by place, -1 outside; none in a first pass.</param>
    /// <param name="labels">Receives labels by place; -1 outside.</param>
    public void Label(ReadOnlySpan<int> guesses, Span<int> labels)
    {
        Join();
        SentenceTable.Grow(ref _sums, (_block.Length + 1) * _width);
        fixed (int* g = guesses, y = labels, sums = _sums)
        {
            Sum(g, sums);
            Chain(g, y, sums);
        }
    }

    /// <summary>Indices of what looks at several words, and seeds of what waits for labels, at all places.</summary>
    private void Join()
    {
        int length = _block.Length, pad = _plan.Pad;
        if (length + 16 > _stride)
        {
            _stride = (Math.Max(length + 16, 2 * _stride) + 15) & ~15;
            _gathered = new uint[(_lines.Length > 0 ? _lines[^1] + 1 : 1) * _stride + 16];
            _together = new uint[(_items.Length + 1) * _stride];
        }
        foreach (int line in _lines) _block.Gather(line, _gathered.AsSpan(line * _stride, length));
        int at = 0;
        foreach (var c in _items) FeatureMix.Join(c.Salt, c.Terms, ref _gathered[0], _stride, pad, ref _together[at++ * _stride + pad], length - 2 * pad);
    }

    private void Sum(int* guesses, int* sums)
    {
        var places = _block.Places;
        int tiles = (places.Length + Tile - 1) / Tile, each = Tile * _waiting;
        fixed (uint* found = _found, counts = _counts)
        {
            for (int k = 0; k < tiles + 2; k++)
            {
                if (k < tiles) Announce(Slice(places, k), found + k % 3 * each, counts + k % 3 * Tile, guesses);
                if (k is > 0 && k - 1 < tiles) Find(Slice(places, k - 1).Length, found + (k - 1) % 3 * each, counts + (k - 1) % 3 * Tile);
                if (k > 1) Sum(Slice(places, k - 2), found + (k - 2) % 3 * each, counts + (k - 2) % 3 * Tile, guesses, sums);
            }
        }

        static ReadOnlySpan<int> Slice(ReadOnlySpan<int> places, int tile) => places.Slice(tile * Tile, Math.Min(Tile, places.Length - tile * Tile));
    }

    private void Announce(ReadOnlySpan<int> places, uint* found, uint* counts, int* guesses)
    {
        var slots = _words.Slots;
        int lines = _offsets.Length * _width;
        for (int i = 0; i < places.Length; i++)
        {
            int place = places[i];
            uint* to = found + i * _waiting;
            uint n = 0;
            ref uint index = ref _together[place];
            for (int c = 0; c < _plan.Together.Length; c++, index = ref Unsafe.Add(ref index, _stride))
            {
                to[n] = index;
                n += index == 0 ? 0u : 1;
            }
            foreach (var item in _plan.Guessed)
            {
                to[n] = Mix(item, index, place, null, guesses);
                n += index == 0 ? 0u : 1;
                index = ref Unsafe.Add(ref index, _stride);
            }
            counts[i] = n;
            if (!Sse.IsSupported) continue;
            for (uint j = 0; j < n; j++) Sse.Prefetch0(_table.Index.HomeOf(to[j]));
            short* rows = _words.Rows + (nint)slots[place] * _words.Stride + _at;
            for (int a = 0; a < lines; a += 32) Sse.Prefetch0(rows + a);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint Mix(Combination item, uint index, int place, int* labels, int* guesses)
    {
        foreach (int l in item.Labels) index = FeatureMix.Mix(index ^ _hashes[labels[place + l] + 1]);
        foreach (int l in item.Guesses) index = FeatureMix.Mix(index ^ _hashes[guesses[place + l] + 1]);
        return index;
    }

    private void Find(int tokens, uint* found, uint* counts)
    {
        for (int i = 0; i < tokens; i++) counts[i] = Find(found + i * _waiting, counts[i]);
    }

    /// <summary>Rows of features in place of their indices, those that have none left out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint Find(uint* found, uint count)
    {
        var index = _table.Index;
        short* rows = _table.RoundedRows;
        nuint width = (nuint)_width;
        uint n = 0;
        for (uint j = 0; j < count; j++)
        {
            uint row = index.Find(found[j]);
            found[n] = row;
            n += row == 0 ? 0u : 1;
            if (!Sse.IsSupported) continue;
            for (nuint a = 0; a < width; a += 32) Sse.Prefetch0(rows + row * width + a);
        }
        return n;
    }

    private void Sum(ReadOnlySpan<int> places, uint* found, uint* counts, int* guesses, int* sums)
    {
        var slots = _words.Slots;
        short* words = _words.Rows + _at;
        short* weights = _table.RoundedRows;
        nint stride = _words.Stride;
        for (int i = 0; i < places.Length; i++)
        {
            int place = places[i], n = (int)counts[i];
            uint* rows = found + i * _waiting;
            int* to = sums + (nint)place * _width;
            for (int a = 0; a < _width; a += 32)
            {
                var (low, high) = (Vector512<int>.Zero, Vector512<int>.Zero);
                for (int g = 0; g < _offsets.Length; g++)
                {
                    short* row = words + slots[place + _offsets[g]] * stride + g * _width + a;
                    low += RoundedKernels.Load(row);
                    high += RoundedKernels.Load(row + 16);
                }
                foreach (var table in _guessRows)
                {
                    int* row = table.At(place, guesses, guesses) + a;
                    low += Vector512.Load(row);
                    high += Vector512.Load(row + 16);
                }
                for (int j = 0; j < n; j++)
                {
                    short* row = weights + rows[j] * (nuint)_width + a;
                    low += RoundedKernels.Load(row);
                    high += RoundedKernels.Load(row + 16);
                }
                low.Store(to + a);
                high.Store(to + a + 16);
            }
            if (_words.HasWide) AddWide(place, to);
        }
    }

    private void AddWide(int place, int* to)
    {
        for (int g = 0; g < _offsets.Length; g++)
        {
            if (_words.Wide(_words.Slots[place + _offsets[g]]) is not { } sums) continue;
            for (int a = 0; a < _width; a++) to[a] += sums[_at + g * _width + a];
        }
    }

    private void Chain(int* guesses, int* labels, int* sums)
    {
        var sentences = _block.Sentences;
        int active = 0, coming = 0, first = (_plan.Together.Length + _plan.Guessed.Length) * _stride;
        for (; active < SideBySide && coming < sentences.Length; coming++) (_now[active], _ends[active++]) = (sentences[coming].Start, sentences[coming].Start + sentences[coming].Length);
        bool waits = _plan.Chained.Length > 0;
        fixed (uint* found = _found, counts = _counts)
        {
            while (active > 0)
            {
                for (int s = 0; s < active && waits; s++)
                {
                    uint* to = found + s * _waiting;
                    int place = _now[s];
                    uint n = 0;
                    ref uint seed = ref _together[first + place];
                    foreach (var item in _plan.Chained)
                    {
                        uint index = Mix(item, seed, place, labels, guesses);
                        to[n] = index;
                        n += seed == 0 ? 0u : 1;
                        seed = ref Unsafe.Add(ref seed, _stride);
                        if (Sse.IsSupported) Sse.Prefetch0(_table.Index.HomeOf(index));
                    }
                    counts[s] = n;
                }
                if (waits) Find(active, found, counts);
                for (int s = 0; s < active; s++)
                {
                    int place = _now[s]++;
                    labels[place] = Best(place, sums + (nint)place * _width, found + s * _waiting, waits ? (int)counts[s] : 0, place + 1 == _ends[s], guesses, labels);
                }
                for (int s = active - 1; s >= 0; s--)
                {
                    if (_now[s] < _ends[s]) continue;
                    if (coming < sentences.Length) (_now[s], _ends[s]) = (sentences[coming].Start, sentences[coming].Start + sentences[coming++].Length);
                    else (_now[s], _ends[s]) = (_now[--active], _ends[active]);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Best(int place, int* sums, uint* rows, int count, bool last, int* guesses, int* labels)
    {
        int* mask = _hasRules ? _mask + (2 * (labels[place - 1] + 1) + (last ? 1 : 0)) * _width : _mask;
        short* weights = _table.RoundedRows;
        fixed (int* scores = _scores)
        {
            for (int a = 0; a < _width; a += 32)
            {
                var (low, high) = (Vector512.Load(sums + a) + Vector512.Load(mask + a), Vector512.Load(sums + a + 16) + Vector512.Load(mask + a + 16));
                foreach (var table in _labelRows)
                {
                    int* row = table.At(place, guesses, labels) + a;
                    low += Vector512.Load(row);
                    high += Vector512.Load(row + 16);
                }
                for (int j = 0; j < count; j++)
                {
                    short* row = weights + rows[j] * (nuint)_width + a;
                    low += RoundedKernels.Load(row);
                    high += RoundedKernels.Load(row + 16);
                }
                low.Store(scores + a);
                high.Store(scores + a + 16);
            }
            return RoundedKernels.Best(scores, _width);
        }
    }
}
