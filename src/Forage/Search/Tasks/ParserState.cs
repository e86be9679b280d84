namespace Forage.Search.Tasks;

/// <summary>
/// The state of an arc-hybrid parser (Kuhlmann, Gómez-Rodríguez, Satta 2011) over words 1..n with the root behind the last word: a stack, the first word of
/// the buffer, and the arcs so far. All of it is one array of numbers, so that a snapshot is a copy.
/// </summary>
internal sealed class ParserState(int words)
{
    public const int Shift = 0, Left = 1, Right = 2;

    private readonly int _stack = 2, _head = 2 + words, _relation = 3 + 2 * words, _left = 4 + 3 * words, _right = 5 + 4 * words, _lefts = 6 + 5 * words, _rights = 7 + 6 * words;
    private readonly int[] _numbers = new int[8 + 7 * words];

    /// <summary>The whole state.</summary>
    public Span<int> All => _numbers;

    /// <summary>First word of the buffer; n + 1 stands for the root.</summary>
    public int Front => _numbers[0];

    /// <summary>Number of words on the stack.</summary>
    public int Depth => _numbers[1];

    /// <summary>Everything is attached.</summary>
    public bool IsDone => Depth == 0 && Front > words;

    public bool MayShift => Front <= words;

    public bool MayLeft => Depth > 0 && (Front <= words || Depth == 1); // the root takes one word only

    public bool MayRight => Depth > 1;

    public void Begin()
    {
        _numbers.AsSpan().Clear();
        _numbers[0] = 1;
        _numbers.AsSpan(_head, words + 1).Fill(-1);
        _numbers.AsSpan(_relation, words + 1).Fill(-1);
    }

    /// <summary>A word of the stack, 0 for the top; 0 beyond its end.</summary>
    public int Stack(int i) => i < Depth ? _numbers[_stack + Depth - 1 - i] : 0;

    /// <summary>A word of the buffer, 0 for the front; 0 is the root behind the last word, -1 nothing.</summary>
    public int Buffer(int i) => Front + i <= words ? Front + i : Front + i == words + 1 ? 0 : -1;

    public int Head(int word) => _numbers[_head + word];

    public int Relation(int word) => _numbers[_relation + word];

    /// <summary>First child to the left; 0 for none.</summary>
    public int LeftChild(int word) => word < 0 ? 0 : _numbers[_left + word];

    /// <summary>Last child to the right; 0 for none.</summary>
    public int RightChild(int word) => word < 0 ? 0 : _numbers[_right + word];

    public int LeftChildren(int word) => word < 0 ? 0 : _numbers[_lefts + word];

    public int RightChildren(int word) => word < 0 ? 0 : _numbers[_rights + word];

    public void SetRelation(int word, int relation) => _numbers[_relation + word] = relation;

    /// <summary>Shifts, or attaches the top of the stack and takes it off.</summary>
    /// <returns>The word attached; 0 after a shift.</returns>
    public int Apply(int transition)
    {
        if (transition == Shift)
        {
            _numbers[_stack + _numbers[1]++] = _numbers[0]++;
            return 0;
        }
        int word = Stack(0);
        int head = transition == Left ? Buffer(0) : Stack(1);
        _numbers[1]--;
        _numbers[_head + word] = head;
        if (word > head && head > 0)
        {
            _numbers[_right + head] = word; // attached later, so farther right
            _numbers[_rights + head]++;
        }
        else
        {
            int old = _numbers[_left + head];
            if (old == 0 || word < old) _numbers[_left + head] = word;
            _numbers[_lefts + head]++;
        }
        return word;
    }

    /// <summary>
    /// Right arcs that can no longer be made once a transition is taken (Goldberg, Nivre 2013): the transition's cost if everything after it is the best
    /// possible. Exact for any set of arcs, trees with crossing ones included up to what crosses.
    /// </summary>
    public void Costs(DependencySentence x, Span<float> costs)
    {
        int s0 = Stack(0), s1 = Stack(1), b = Front;
        // Shift: the front loses heads below the top of the stack, and children on the stack.
        int lost = 0;
        if (b <= words)
        {
            int h = x.Heads[b];
            if (h > 0 && h < b && h != s0 && OnStack(h)) lost++;
            foreach (int c in x.RightChildren(b))
                if (c < b && OnStack(c)) lost++;
        }
        costs[Shift] = lost;
        if (Depth == 0)
        {
            (costs[Left], costs[Right]) = (0, 0);
            return;
        }
        // Both reductions: the top loses its children in the buffer, and its head unless it gets it now.
        int children = 0;
        foreach (int c in x.RightChildren(s0))
            if (c >= b) children++;
        int head = x.Heads[s0];
        bool inBuffer = head == 0 || head >= b, isFront = b > words ? head == 0 : head == b;
        costs[Left] = children + (!isFront && (inBuffer || (Depth > 1 && head == s1)) ? 1 : 0);
        costs[Right] = children + (inBuffer ? 1 : 0);
    }

    private bool OnStack(int word)
    {
        int low = 0, high = Depth - 1; // words on the stack ascend
        while (low <= high)
        {
            int middle = (low + high) >>> 1, w = _numbers[_stack + middle];
            if (w == word) return true;
            if (w < word) low = middle + 1;
            else high = middle - 1;
        }
        return false;
    }
}
