namespace Forage.Search;

/// <summary>Which policy visits the states that are learnt from. A step whose reference is not known is answered by what is learnt.</summary>
public enum RollIn
{
    /// <summary>The reference.</summary>
    Reference,

    /// <summary>What has been learnt.</summary>
    Learnt,

    /// <summary>A coin a step: the reference with probability (1-α)^n, n examples (<see cref="Interpolation.Data"/>) or passes (<see cref="Interpolation.Policy"/>) learnt from.</summary>
    Mixed,
}

/// <summary>Which policy completes a prediction after one step was deviated from. A step whose reference is not known is answered by what is learnt.</summary>
public enum RollOut
{
    /// <summary>None does: the costs of a step are those the reference states (0 for its action, 1 for others, or the costs it gives).</summary>
    None,

    /// <summary>The reference.</summary>
    Reference,

    /// <summary>What has been learnt.</summary>
    Learnt,

    /// <summary>A coin a step, the one of <see cref="RollIn.Mixed"/>: roll-in and roll-out are one policy, as in Searn.</summary>
    MixedPerStep,

    /// <summary>A coin a deviated step: the reference with probability β, else what has been learnt, for the whole roll-out (LOLS).</summary>
    MixedPerRoll,
}

/// <summary>What is interpolated between the reference and what is learnt.</summary>
public enum Interpolation
{
    /// <summary>Data: one policy learns from everything so far (DAgger, LOLS, AggreVaTe).</summary>
    Data,

    /// <summary>Policies: after every pass f = (1-α) f + α c with c what was learnt by then (Searn). Memory grows by one policy a pass.</summary>
    Policy,
}

/// <summary>The bound on costs that the scores of actions minimise.</summary>
public enum CostLoss
{
    /// <summary>-log of the cheapest actions' share of Σ exp(score + cost): a softmax with margins as wide as the costs. Weighted by the range of costs.</summary>
    Softmax,

    /// <summary>max (score + cost) - score of the cheapest action (cost-sensitive hinge). Moves two actions only.</summary>
    Hinge,

    /// <summary>Σ (score + cost)²: a regression of every cost, the paper's reduction.</summary>
    Squared,
}

/// <summary>When what an example taught is applied.</summary>
public enum UpdateTiming
{
    /// <summary>After the example: every policy asked during it is the same one, and the shortcuts change no model (see <see cref="Shortcuts"/>).</summary>
    Buffered,

    /// <summary>Step by step as in the paper's Algorithm 3: cheaper without roll-outs; with them shortcuts are only nearly right.</summary>
    Immediate,
}

/// <summary>The computational tricks of paper 06, section 4; each may be left out to see what it is worth.</summary>
[Flags]
public enum Shortcuts
{
    /// <summary>Every deviation is run from the start and every prediction computed.</summary>
    None = 0,

    /// <summary>A prediction made once is not computed again on the same example.</summary>
    Memory = 1,

    /// <summary>A deviation begins at the last snapshot before it.</summary>
    JumpTo = 2,

    /// <summary>A deviation ends where it meets a snapshot that was seen before, with the loss that followed it.</summary>
    FastForward = 4,

    /// <summary>All of them.</summary>
    All = Memory | JumpTo | FastForward,
}

/// <summary>How programs are learnt (paper 06; the algorithms' own papers give the names).</summary>
public sealed record SearchOptions
{
    /// <summary>Roll-in by an interpolated policy, costs as the reference states them, no roll-outs (Ross, Gordon, Bagnell 2011). The default.</summary>
    public static SearchOptions DAgger { get; } = new();

    /// <summary>As DAgger, with costs from roll-outs of the reference (Ross, Bagnell 2014).</summary>
    public static SearchOptions AggreVaTe { get; } = new() { RollOut = RollOut.Reference };

    /// <summary>Roll-in by what is learnt, roll-outs by a coin each (Chang, Krishnamurthy, Agarwal, Daumé, Langford 2015): can do better than its reference.</summary>
    public static SearchOptions Lols { get; } = new() { RollIn = RollIn.Learnt, RollOut = RollOut.MixedPerRoll };

    /// <summary>Roll-in and roll-out by one stochastic mixture of policies (Daumé, Langford, Marcu 2009).</summary>
    public static SearchOptions Searn { get; } = new() { RollOut = RollOut.MixedPerStep, Interpolation = Interpolation.Policy, Alpha = 0.5 };

    /// <summary>Which policy visits states.</summary>
    public RollIn RollIn { get; init; } = RollIn.Mixed;

    /// <summary>Which policy completes deviations.</summary>
    public RollOut RollOut { get; init; } = RollOut.None;

    /// <summary>What is interpolated.</summary>
    public Interpolation Interpolation { get; init; } = Interpolation.Data;

    /// <summary>α in (0, 1]: how fast the reference is left; per example with <see cref="Interpolation.Data"/>, per pass with <see cref="Interpolation.Policy"/>.</summary>
    public double Alpha { get; init; } = 1e-3;

    /// <summary>β in [0, 1]: the reference's share of roll-outs of <see cref="RollOut.MixedPerRoll"/>.</summary>
    public double Beta { get; init; } = 0.5;

    /// <summary>What the scores minimise.</summary>
    public CostLoss Loss { get; init; } = CostLoss.Softmax;

    /// <summary>Learning rate of AdaGrad, above 0.</summary>
    public float Rate { get; init; } = 0.5f;

    /// <summary>What AdaGrad's sums of squared gradients start from, above 0.</summary>
    public float InitialSum { get; init; } = 1;

    /// <summary>Width of the margin per unit of cost, for softmax and hinge; at least 0.</summary>
    public float Margin { get; init; }

    /// <summary>Softmax: a step whose cheapest actions already hold all but this share teaches nothing.</summary>
    public float Ignore { get; init; } = 1e-3f;

    /// <summary>
    /// Share of features, in [0, 1), left out at random whenever a step is visited while learning. Weights spread over what is redundant, and roll-ins
    /// err about as often as on unseen data, which teaches how to go on after an error.
    /// </summary>
    public double Dropout { get; init; }

    /// <summary>Predict with the average of the weights over all updates.</summary>
    public bool Average { get; init; } = true;

    /// <summary>Features none of whose weights exceeds this in size are left out of models; at least 0.</summary>
    public float LeastWeight { get; init; }

    /// <summary>
    /// Weights of models are rounded to multiples of a power of two that fit 16 bits, about 2^-12 of the greatest weight: models are half as large, and scores are exact sums
    /// that no order of features changes, so that <see cref="Models.Tagger"/> may keep some and is several times as fast. For features of value 1.
    /// </summary>
    public bool Round { get; init; }

    /// <summary>When updates are applied.</summary>
    public UpdateTiming Updates { get; init; } = UpdateTiming.Buffered;

    /// <summary>Which shortcuts are taken.</summary>
    public Shortcuts Shortcuts { get; init; } = Shortcuts.All;

    /// <summary>Share of shortcuts, in [0, 1], that are also gone the long way and compared: it catches snapshots that lack something, and programs that differ from run to run.</summary>
    public double Check { get; init; }

    /// <summary>Predictions after which a program counts as one that does not end, at least 1.</summary>
    public int MostSteps { get; init; } = 100_000;

    /// <summary>Seed of every coin.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Checks every option.</summary>
    public void Validate()
    {
        Require(Alpha is > 0 and <= 1, "α", Alpha, "above 0 and at most 1");
        Require(Beta is >= 0 and <= 1, "β", Beta, "0 to 1");
        Require(Rate > 0 && float.IsFinite(Rate), "learning rate", Rate, "a number above 0");
        Require(InitialSum > 0 && float.IsFinite(InitialSum), "initial sum of squares", InitialSum, "a number above 0");
        Require(Margin >= 0 && float.IsFinite(Margin), "margin", Margin, "a number of at least 0");
        Require(Ignore is >= 0 and < 1, "share to ignore", Ignore, "at least 0 and below 1");
        Require(Dropout is >= 0 and < 1, "share of features left out", Dropout, "at least 0 and below 1");
        Require(LeastWeight >= 0 && float.IsFinite(LeastWeight), "least weight", LeastWeight, "a number of at least 0");
        Require(Check is >= 0 and <= 1, "share to check", Check, "0 to 1");
        Require(MostSteps >= 1, "most steps", MostSteps, "at least 1");
        if (RollOut == RollOut.MixedPerStep && RollIn != RollIn.Mixed) throw new ForageException($"Roll-outs of one coin a step belong to a mixed roll-in, and the roll-in is {RollIn}.");

        static void Require(bool fine, string what, double value, string expected)
        {
            if (!fine) throw new ForageException($"The {what} of learning to search is {value}; expected {expected}.");
        }
    }
}
