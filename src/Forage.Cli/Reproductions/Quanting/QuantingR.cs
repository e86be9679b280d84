using System.Globalization;
using System.Text;
using Forage.Evaluation;
using Forage.Quantiles;
using Forage.Quantiles.Linear;

namespace Forage.Cli.Reproductions.Quanting;

/// <summary>The same splits in R: quantreg's rq and kernlab's kqr with the C and γ our kernel regression has chosen, if Rscript and the packages are on the machine.</summary>
internal static class QuantingR
{
    private const int Rows = 1500; // of kqr: its time grows with the cube

    private const string Script = """
        suppressMessages({ ok <- c(quantreg = suppressWarnings(require(quantreg, quietly = TRUE)), kernlab = suppressWarnings(require(kernlab, quietly = TRUE))) })
        a <- commandArgs(TRUE); train <- read.csv(a[1], header = FALSE); test <- read.csv(a[2], header = FALSE); part <- read.csv(a[3], header = FALSE)
        d <- ncol(train) - 1; names(train) <- names(test) <- names(part) <- c(paste0("x", 1:d), "y")
        pin <- function(y, f, t) mean(ifelse(y >= f, t * (y - f), (1 - t) * (f - y)))
        for (l in 1:3) { t <- as.numeric(a[3 * l + 1]); C <- as.numeric(a[3 * l + 2]); s <- as.numeric(a[3 * l + 3])
          if (ok["quantreg"]) { w <- system.time(m <- suppressWarnings(rq(y ~ ., tau = t, data = train)))[3]; f <- predict(m, test); cat("rq", t, pin(test$y, f, t), mean(test$y < f), w, "\n") }
          if (ok["kernlab"]) { w <- system.time(m <- kqr(as.matrix(part[, 1:d]), part$y, tau = t, C = C, kernel = "rbfdot", kpar = list(sigma = s)))[3]; f <- predict(m, as.matrix(test[, 1:d])); cat("kqr", t, pin(test$y, f, t), mean(test$y < f), w, "\n") } }
        """;

    public static void Run(ReproduceContext context, QuantingData data, ReproduceResult result)
    {
        if (context.Quick || CommandRun.OnPath("Rscript") is not { } r)
        {
            result.Skipped.Add(new SkippedTarget($"{data.Set.Name}: R's columns", context.Quick ? "left out of the quick version" : "no Rscript on PATH"));
            return;
        }
        using var progress = context.Session.Progress($"{data.Set.Name} in R", "");
        progress.Report(0);
        var split = data.Splits[0];
        var (train, test) = (data.All.Select(split.Train), data.All.Select(split.Test));
        var part = train.Count > Rows ? train.Select([.. Enumerable.Range(0, Rows)]) : train; // rows are in random order
        using var folder = new ScratchFolder();
        foreach (var (name, set) in new[] { ("train", train), ("test", test), ("part", part) }) File.WriteAllText(folder[name], Text(set));
        File.WriteAllText(folder["script.R"], Script);
        var arguments = new List<string> { folder["script.R"], folder["train"], folder["test"], folder["part"] };
        // Each quantile by itself, as R does: fitted together they are sorted where they cross.
        double[] linear = Array.ConvertAll(QuantingMethods.Levels, q => LinearQuantileRegression.Train(train, [q]).Score(test)[0].Loss);
        double[] kernel = new double[QuantingMethods.Levels.Length];
        for (int l = 0; l < kernel.Length; l++)
        {
            var chosen = QuantingMethods.Kernels(part, QuantingMethods.Levels[l], null, null, context.Session.Seed, Environment.ProcessorCount, context.Session.Cancellation);
            kernel[l] = chosen.Score(test)[0].Loss;
            foreach (double v in new[] { QuantingMethods.Levels[l], chosen.C[0], chosen.Gamma[0] }) arguments.Add(v.ToString("R", CultureInfo.InvariantCulture));
        }
        var (_, output) = CommandRun.Timed(context, r, [.. arguments]);
        var table = new List<ReportRow>();
        foreach (string line in output.Split('\n'))
        {
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [("rq" or "kqr") and var name, var level, var lossText, var coverageText, var secondsText]) continue;
            double q = double.Parse(level, CultureInfo.InvariantCulture), loss = double.Parse(lossText, CultureInfo.InvariantCulture), coverage = double.Parse(coverageText, CultureInfo.InvariantCulture), seconds = double.Parse(secondsText, CultureInfo.InvariantCulture);
            int l = Array.IndexOf(QuantingMethods.Levels, q);
            double ours = name == "rq" ? linear[l] : kernel[l];
            string what = FormattableString.Invariant($"{data.Set.Name}, R's {name}, q = {q}");
            result.Rows.Add(new MeasuredRow(what, "pinball loss", loss, "", Note: FormattableString.Invariant($"ours on the same rows {ours:G6}; R's coverage {100 * coverage:0.0} %, {seconds:0.00} s")));
            table.Add(new ReportRow([name, level, QuantingTable.Loss(loss), QuantingTable.Loss(ours), FormattableString.Invariant($"{100 * coverage:0.0}"), FormattableString.Invariant($"{seconds:0.00}")]));
            result.Targets.Add(new MeasuredTarget($"{what}: our loss over R's", ours / loss, "<=", name == "rq" ? 1 + 1e-5 : 1.01, "times"));
        }
        if (table.Count == 0) result.Skipped.Add(new SkippedTarget($"{data.Set.Name}: R's columns", "R has neither quantreg nor kernlab"));
        else result.Blocks.Add(new ReportTable([new("R's method"), new("quantile", true), new("R's loss", true), new("ours", true), new("R's coverage, %", true), new("R's seconds", true)], table, $"First split; kqr and ours on the first {Rows:N0} training rows with the same C and γ."));
    }

    private static string Text(QuantileSet set)
    {
        var text = new StringBuilder();
        for (int i = 0; i < set.Count; i++)
        {
            for (int c = 0; c < set.Table.Columns; c++) text.Append(CultureInfo.InvariantCulture, $"{(double)set.Table[i, c]:R},");
            text.Append(CultureInfo.InvariantCulture, $"{set.Targets[i]:R}\n");
        }
        return text.ToString();
    }
}
