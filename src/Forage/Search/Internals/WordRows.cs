using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Forage.Linear.Internals;
using Forage.Search.Text;

namespace Forage.Search.Internals;

/// <summary>
/// What each distinct token (its values in all columns looked at) adds to the scores of the places around it, in every pass: the weights of all features that look
/// at it alone, summed when it is first met. Words are few and come often, so a token costs a row a place instead of a search for every ending and shape. Sums of
/// rounded weights are exact, so this changes no score.
/// </summary>
internal sealed unsafe class WordRows
{
    private const long MostBytes = 96 << 20;

    private readonly PassPlan[] _passes;
    private readonly TokenBlock _block;
    private readonly PairNumbers[] _pairs; // numbers of the first two columns' keys, of that and the third's, …
    private readonly int[] _sums, _counts; // of a token's groups of features
    private readonly uint[] _found;
    private readonly int _most;
    private readonly Dictionary<int, int[]> _wide = []; // sums that do not fit 16 bits, whose rows are zero
    private int[] _numbers = []; // of keys, plus 1, if there is one column
    private int[] _slots = [];
    private void* _memory;
    private int _count, _capacity, _generation;

    public WordRows(SequencePlan plan, TokenBlock block)
    {
        (_passes, _block) = (plan.Passes, block);
        _pairs = [.. Enumerable.Range(1, block.Columns - 1).Select(_ => new PairNumbers())];
        Stride = plan.Passes.Sum(p => p.Groups.Length * p.Table.Width);
        _sums = new int[Stride];
        _counts = new int[plan.Passes.Sum(p => p.Groups.Length)];
        _found = new uint[plan.Passes.Sum(p => p.Groups.Sum(g => g.Items.Length))];
        _most = (int)(MostBytes / Math.Max(2 * Stride, 1));
        Reserve(Math.Max(_most, 256)); // what is not yet in use costs nothing
    }

    ~WordRows() => NativeMemory.Free(_memory);

    /// <summary>Numbers of a token: the rows of all places of all passes.</summary>
    public int Stride { get; }

    /// <summary>All tokens' rows, one cache line after the other; moves when tokens are added.</summary>
    public short* Rows { get; private set; }

    /// <summary>Which token stands at each place of the block.</summary>
    public ReadOnlySpan<int> Slots => _slots.AsSpan(0, _block.Length);

    /// <summary>Whether some tokens' sums do not fit rows; <see cref="Wide"/> has them.</summary>
    public bool HasWide => _wide.Count > 0;

    /// <summary>Sums of a token whose rows are zero instead; null for the others.</summary>
    public int[]? Wide(int slot) => _wide.GetValueOrDefault(slot);

    /// <summary>Finds the tokens of the block and sums those that are new.</summary>
    public void Begin()
    {
        if (_generation != _block.Generation || _count + _block.Length > Math.Max(_most, _block.Length)) Forget();
        SentenceTable.Grow(ref _slots, _block.Length);
        if (_pairs.Length == 0)
        {
            var keys = _block.Keys(0);
            for (int place = 0; place < keys.Length; place++)
            {
                int key = keys[place];
                if (key >= _numbers.Length) Array.Resize(ref _numbers, Math.Max(key + 1, 2 * _numbers.Length));
                int number = _numbers[key];
                if (number == 0) _numbers[key] = number = Add(place) + 1;
                _slots[place] = number - 1;
            }
            return;
        }
        for (int place = 0; place < _block.Length; place++)
        {
            int number = _block.Keys(0)[place];
            for (int c = 0; c < _pairs.Length; c++) number = _pairs[c][number, _block.Keys(c + 1)[place]];
            if (number == _count) Add(place);
            _slots[place] = number;
        }
    }

    private void Forget()
    {
        _generation = _block.Generation;
        _count = 0;
        _wide.Clear();
        _numbers.AsSpan().Clear();
        foreach (var pairs in _pairs) pairs.Clear();
    }

    private int Add(int place)
    {
        if (_count == _capacity) Reserve(2 * _capacity);
        Look(place);
        Find();
        _sums.AsSpan().Clear();
        bool fits = true;
        int at = 0, found = 0, group = 0;
        fixed (uint* rows = _found)
        fixed (int* sums = _sums)
        {
            foreach (var pass in _passes)
            {
                for (int g = 0; g < pass.Groups.Length; g++, at += pass.Table.Width, found += _counts[group++])
                    RoundedKernels.Add(pass.Table.RoundedRows, rows + found, _counts[group], sums + at, pass.Table.Width);
            }
        }
        foreach (int sum in _sums) fits &= sum == (short)sum;
        if (!fits) _wide[_count] = [.. _sums];
        short* row = Rows + (nint)_count * Stride;
        for (int i = 0; i < Stride; i++) row[i] = fits ? (short)_sums[i] : (short)0;
        return _count++;
    }

    /// <summary>Indices of all features of the token at a place; asks the memory for where they are looked up.</summary>
    private void Look(int place)
    {
        int n = 0, group = 0;
        foreach (var pass in _passes)
        {
            foreach (var g in pass.Groups)
            {
                int before = n;
                foreach (var item in g.Items)
                {
                    uint index = item.Terms.Length == 0 ? FeatureMix.Mix(item.Salt) : item.Salt;
                    bool absent = false;
                    foreach (var (line, _) in item.Terms)
                    {
                        uint hash = _block.Hash(line, place);
                        absent |= hash == 0;
                        index = FeatureMix.Of(index, hash);
                    }
                    if (absent || (index == 0 && item.Terms.Length > 1)) continue;
                    _found[n++] = index;
                    if (Sse.IsSupported) Sse.Prefetch0(pass.Table.Index.HomeOf(index));
                }
                _counts[group++] = n - before;
            }
        }
    }

    /// <summary>Rows in place of indices; asks the memory for them.</summary>
    private void Find()
    {
        int at = 0, group = 0;
        foreach (var pass in _passes)
        {
            int n = 0;
            for (int g = 0; g < pass.Groups.Length; g++) n += _counts[group++];
            foreach (ref uint found in _found.AsSpan(at, n))
            {
                found = pass.Table.Index.Find(found);
                if (Sse.IsSupported) Sse.Prefetch0(pass.Table.RoundedRows + found * (nuint)pass.Table.Width);
            }
            at += n;
        }
    }

    private void Reserve(int capacity)
    {
        nuint size = (nuint)capacity * (nuint)Stride * sizeof(short);
        void* memory = NativeMemory.Alloc(size + 64);
        short* aligned = (short*)(((nint)memory + 63) & ~63);
        HugePages.Request(aligned, (long)size);
        if (_count > 0) Buffer.MemoryCopy(Rows, aligned, size, (nuint)_count * (nuint)Stride * sizeof(short));
        NativeMemory.Free(_memory);
        _memory = memory;
        Rows = aligned;
        _capacity = capacity;
    }
}
