using System.CommandLine;
using System.Globalization;
using Forage.Linear;

namespace Forage.Cli.Frame;

/// <summary>The options of the online linear learner as options of a command.</summary>
internal sealed class LearningOptions : OptionGroup
{
    /// <summary>The loss.</summary>
    public Option<string?> Loss { get; } = new("--loss") { Description = "squared, logistic, hinge, quantile or poisson [by task; bandits regress rewards by squared loss]; of a label tree squared-hinge or logistic [squared-hinge]", HelpName = "NAME" };

    /// <summary>The quantiles.</summary>
    public Option<string?> Tau { get; } = new("--tau") { Description = "Quantile of the quantile loss; of the task quantile several, as 0.1,0.5,0.9 [0.5]", HelpName = "T" };

    private readonly Option<int?> _bits = new("--bits", "-b") { Description = "log2 of the number of weights [18; 32 for trees over classes, whose nodes have weights of their own]", HelpName = "N" };
    private readonly Option<string[]> _interactions = new("--interactions", "-q") { Description = "Cross namespaces by first letter: ab, aa, abc; ':' is any (repeatable)", HelpName = "AB", Arity = ArgumentArity.OneOrMore };
    private readonly Option<float?> _rate = new("--learning-rate", "-l") { Description = "Learning rate [0.5, or 10 when not both adaptive and normalized]", HelpName = "R" };
    private readonly Option<float?> _powerT = new("--power-t") { Description = "Exponent of the rate's decay [0.5]", HelpName = "P" };
    private readonly Option<float?> _initialT = new("--initial-t") { Description = "Starting point of the rate's decay", HelpName = "T" };
    private readonly Option<float?> _decay = new("--decay") { Description = "Multiply the rate by this after each pass [1]", HelpName = "D" };
    private readonly Option<float?> _l1 = new("--l1") { Description = "l1 penalty [0]", HelpName = "X" };
    private readonly Option<float?> _l2 = new("--l2") { Description = "l2 penalty [0]", HelpName = "X" };
    private readonly Option<bool> _sgd = new("--sgd") { Description = "Plain gradient descent: neither adaptive nor normalized nor invariant" };
    private readonly Option<bool> _adaptive = new("--adaptive") { Description = "Of the three kinds of update only those named" };
    private readonly Option<bool> _normalized = new("--normalized") { Description = "Of the three kinds of update only those named" };
    private readonly Option<bool> _invariant = new("--invariant") { Description = "Of the three kinds of update only those named" };
    private readonly Option<bool> _noConstant = new("--no-constant") { Description = "No constant feature" };
    private readonly Option<float?> _min = new("--min-prediction") { Description = "Clip predictions below", HelpName = "X" };
    private readonly Option<float?> _max = new("--max-prediction") { Description = "Clip predictions above", HelpName = "X" };

    /// <inheritdoc/>
    public override string Heading => "Learning online (all tasks but quantile and those over sentences)";

    /// <inheritdoc/>
    public override IReadOnlyList<Option> All => [Loss, Tau, _bits, _interactions, _rate, _powerT, _initialT, _decay, _l1, _l2, _sgd, _adaptive, _normalized, _invariant, _noConstant, _min, _max];

    /// <summary>The loss that was asked for, if any.</summary>
    public string? LossName(ParseResult parsed) => parsed.GetValue(Loss)?.ToLowerInvariant();

    /// <summary>The quantiles as given; the median if none were.</summary>
    public double[] Taus(ParseResult parsed) => [.. (parsed.GetValue(Tau) ?? "0.5").Split(',').Select(text =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double tau) && tau is > 0 and < 1 ? tau
        : throw new UsageException($"forage learn: option '--tau' got '{text}', expected a number between 0 and 1"))];

    /// <summary>The learner's options as given, with a default loss and number of bits.</summary>
    public LinearOptions Read(ParseResult parsed, LossKind defaultLoss, int defaultBits = 18)
    {
        var options = parsed.GetValue(_sgd) ? LinearOptions.Sgd : new LinearOptions();
        bool adaptive = parsed.GetValue(_adaptive), normalized = parsed.GetValue(_normalized), invariant = parsed.GetValue(_invariant);
        if (adaptive || normalized || invariant) options = options with { Adaptive = adaptive, Normalized = normalized, Invariant = invariant };
        options = options with
        {
            Loss = ReadLoss(parsed, defaultLoss),
            Tau = Taus(parsed) is [var tau] ? (float)tau : throw new UsageException($"forage learn: option '--tau' got '{parsed.GetValue(Tau)}', expected one number (several are of the task quantile)"),
            Bits = parsed.GetValue(_bits) ?? defaultBits,
            Interactions = parsed.GetValue(_interactions) ?? [],
            LearningRate = parsed.GetValue(_rate),
            PowerT = parsed.GetValue(_powerT) ?? options.PowerT,
            InitialT = parsed.GetValue(_initialT),
            LearningRateDecay = parsed.GetValue(_decay) ?? options.LearningRateDecay,
            L1 = parsed.GetValue(_l1) ?? 0,
            L2 = parsed.GetValue(_l2) ?? 0,
            Constant = !parsed.GetValue(_noConstant),
            MinPrediction = parsed.GetValue(_min),
            MaxPrediction = parsed.GetValue(_max),
        };
        if (parsed.Has(Tau) && options.Loss != LossKind.Quantile) throw new UsageException($"forage learn: option '--tau' is of the quantile loss, not of {options.Loss.ToString().ToLowerInvariant()} loss; say --loss quantile or --task quantile");
        UsageException.Check("learn", options.Validate);
        return options;
    }

    private LossKind ReadLoss(ParseResult parsed, LossKind defaultLoss) => parsed.GetValue(Loss)?.ToLowerInvariant() switch
    {
        null => defaultLoss,
        "squared" => LossKind.Squared,
        "logistic" => LossKind.Logistic,
        "hinge" => LossKind.Hinge,
        "quantile" => LossKind.Quantile,
        "poisson" => LossKind.Poisson,
        var other => throw new UsageException($"forage learn: option '--loss' got '{other}', expected squared, logistic, hinge, quantile or poisson"),
    };
}
