using Forage.Data;
using Forage.Evaluation;
using Forage.Extreme;
using Forage.Simulation;

namespace Forage.Cli.Reproductions.Poxm;

/// <summary>A set of the protocol: where it is, how its logging policy is made, and what was promised on it.</summary>
/// <param name="Name">Its name, and its folder under <c>extreme/</c>.</param>
/// <param name="Alpha">α: share of the training rows the logging policy learns from.</param>
/// <param name="Temperature">T of the logging policy.</param>
/// <param name="WeighTerms">Values are word counts and become (1 + ln tf) · idf.</param>
/// <param name="LoggingModel">How the logging policy's model is trained.</param>
/// <param name="SkylineModel">How the model of the skyline is trained.</param>
/// <param name="Promises">What was promised.</param>
internal sealed record PoxmSet(string Name, double Alpha, double Temperature, bool WeighTerms, ModelRecipe LoggingModel, ModelRecipe SkylineModel, PoxmPromises Promises)
{
    /// <summary>The sets, the bundled one first. α, T and the training of the models are ours: chosen so that the sampled logging policy's R@5 is about half of the skyline's or less.</summary>
    public static readonly PoxmSet[] All =
    [
        new("delicious", 0.03, 0.5, false, new ModelRecipe { Epochs = 4, Batch = 16 }, new ModelRecipe { Dimension = 512, InitialScale = 0.05f, Scale = 1.5f, Epochs = 8, Rate = 0.0025f, Batch = 64, Logistic = true, Bias = -3 },
            new PoxmPromises(28.6, 57.8, 54, 80)),
        new("citeulike-t", 0.15, 0.7, true, new ModelRecipe { Epochs = 10 }, new ModelRecipe { Epochs = 8, Rate = 0.007f, Batch = 64, Logistic = true, Bias = -6 },
            new PoxmPromises(17.5, 34.7, 43, 64)),
        new("arxiv-links", 0.15, 0.77, false, new ModelRecipe { Epochs = 5 }, new ModelRecipe { Epochs = 5, Batch = 64, Logistic = true, Bias = -6 },
            new PoxmPromises(6.6, 31.9, 39, 48)),
    ];

    /// <summary>Reads the set; null, with the reason, if its files are not there.</summary>
    public PoxmData? Load(ReproduceContext context, ReproduceResult result, out string missing)
    {
        string? train = Path("train.txt"), test = Path("test.txt");
        missing = train is null || test is null ? $"not bundled: needs --data DIR with extreme/{Name}/train.txt.gz and test.txt.gz" : "";
        if (train is null || test is null) return null;
        result.Data.Add(ReportData.OfFile(train));
        result.Data.Add(ReportData.OfFile(test));
        SupervisedSet rows = Read(train), held = Read(test);
        if (WeighTerms)
        {
            var weighting = new TermWeighting(rows.Rows);
            (rows, held) = (weighting.Apply(rows), weighting.Apply(held));
        }
        held.Declare(rows.LabelCount);
        return new PoxmData(this, rows, held, LabelPropensities.Of(rows.Labelled));

        string? Path(string file)
        {
            if (context.DataFile($"extreme/{Name}/{file}") is { } given) return given;
            string? bundled = ReproduceContext.Checkout is { } root ? System.IO.Path.Combine(root, "data", Name, file + ".gz") : null;
            return File.Exists(bundled) ? bundled : null;
        }

        SupervisedSet Read(string path) => SupervisedReader.Read(ByteSource.File(path), SupervisedFormat.Xmc, cancellation: context.Session.Cancellation).Set;
    }
}

/// <summary>What was promised on a set.</summary>
/// <param name="LoggingReward">R@5 in % of the sampled logging policy, about.</param>
/// <param name="Skyline">R@5 in % of the model that saw all labels, at least.</param>
/// <param name="PoxmGap">Share in % of the gap from the sampled logging policy to the skyline that POXM closes, at least.</param>
/// <param name="BestGap">The same of the candidate chosen without looking at the truth.</param>
internal sealed record PoxmPromises(double LoggingReward, double Skyline, double PoxmGap, double BestGap);

/// <summary>A set in memory.</summary>
/// <param name="Set">Which.</param>
/// <param name="Train">Training rows.</param>
/// <param name="Test">Test rows.</param>
/// <param name="Propensities">Propensities of the labels, from the training rows.</param>
internal sealed record PoxmData(PoxmSet Set, SupervisedSet Train, SupervisedSet Test, LabelPropensities Propensities);
