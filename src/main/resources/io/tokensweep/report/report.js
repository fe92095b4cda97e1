"use strict";
(() => {
  const SECTIONS = JSON.parse(document.getElementById("report-data").textContent);

  const COLOURS = [0, 1, 2, 3, 4, 5, 6].map((index) => `--method-${index}`);
  const DASHES = [[], [7, 4], [2, 3], [9, 3, 2, 3], [12, 5], [4, 2, 1, 2]];
  const SYMBOLS = ["circle", "diamond", "triangle", "rect", "pin", "arrow"];
  const SYMBOL_SIZES = { circle: 10, diamond: 13, triangle: 12, rect: 9, pin: 17, arrow: 12 };
  const MANY_TRIALS = 1500;

  const cycle = (values, index) => values[index % values.length];

  function element(name, text, ...children) {
    const node = document.createElement(name);
    node.textContent = text;
    node.append(...children);
    return node;
  }

  // ---- axes ----

  const within = (bounds, [lowest, highest]) => [Math.max(bounds[0], lowest), Math.min(bounds[1], highest)];

  function extent(values) {
    const low = Math.min(...values);
    const high = Math.max(...values);
    return { low, high, span: high - low || Math.abs(high) * 0.1 || 1 };
  }

  /** The distance of about six ticks: 1, 2 or 5 times a power of ten. */
  function tickDistance(span) {
    const rough = span / 6;
    const power = 10 ** Math.floor(Math.log10(rough));
    return power * [1, 2, 5, 10].find((multiple) => multiple * power >= rough * 0.999);
  }

  /** An axis along the bottom: as long as the values, and a little more. */
  function xAxis(name, theme, values, limits) {
    const { low, high, span } = extent(values);
    const [min, max] = within([low - span * 0.07, high + span * 0.07], limits);
    return {
      type: "value",
      name,
      nameLocation: "middle",
      nameGap: 30,
      nameTextStyle: { color: theme["--soft"], fontSize: 12 },
      min,
      max,
      splitNumber: 6,
      axisLine: { onZero: false, lineStyle: { color: theme["--soft"] } },
      axisTick: { show: false },
      axisLabel: { color: theme["--soft"], hideOverlap: true, showMinLabel: false, showMaxLabel: false },
      splitLine: { show: false },
    };
  }

  /** An axis up the left side: from tick to tick around the values. */
  function yAxis(name, theme, values, limits) {
    const { low, high, span } = extent(values);
    const interval = tickDistance(span);
    const tidy = (ticks) => Number((ticks * interval).toPrecision(12));
    const [min, max] = within(
      [tidy(Math.floor((low - span * 0.03) / interval)), tidy(Math.ceil((high + span * 0.03) / interval))],
      limits,
    );
    return {
      type: "value",
      min,
      max,
      interval,
      axisLabel: { color: theme["--soft"] },
      splitLine: { lineStyle: { color: theme["--line"] } },
      title: name,
    };
  }

  // ---- marks ----

  function look(series, theme) {
    return {
      colour: theme[series.baseline ? "--text" : cycle(COLOURS, series.colour)],
      dash: cycle(DASHES, series.dash),
      symbol: cycle(SYMBOLS, series.symbol),
    };
  }

  /** Vertical bars: each point is x, low, high, opacity. */
  function whiskers(points, colour) {
    return {
      type: "custom",
      silent: true,
      z: 1,
      encode: { x: 0, y: [1, 2] },
      data: points,
      renderItem: (params, api) => {
        const [x, low] = api.coord([api.value(0), api.value(1)]);
        const high = api.coord([api.value(0), api.value(2)])[1];
        const stroke = { stroke: colour, lineWidth: 1.2, opacity: api.value(3) };
        const line = (x1, y1, x2, y2) => ({ type: "line", shape: { x1, y1, x2, y2 }, style: stroke });
        return {
          type: "group",
          children: [line(x, low, x, high), line(x - 3, low, x + 3, low), line(x - 3, high, x + 3, high)],
        };
      },
    };
  }

  // ---- charts ----

  const PERCENT = [0, 100];
  const POSITIVE = [0, Infinity];

  /** The series that are switched on, each with its trials that have all of these values. */
  function shown(section, ...needed) {
    return section.series
      .map((series, index) => ({
        series,
        trials: section.trials.filter((t) => t.series === index && needed.every((name) => t[name] !== undefined)),
      }))
      .filter(({ series, trials }) => !series.hidden && trials.length > 0);
  }

  const all = (groups, value) => groups.flatMap((group) => group.trials.flatMap(value));

  function pareto(section, theme) {
    const groups = shown(section, "gigamacs", "top1");
    const front = section.trials
      .filter((t) => t.front)
      .map((t) => [t.gigamacs, t.top1[0]])
      .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    return {
      xAxis: xAxis("MACs per image (G)", theme, all(groups, (t) => t.gigamacs), POSITIVE),
      yAxis: yAxis("Top-1 (%)", theme, all(groups, (t) => t.top1), PERCENT),
      series: [
        {
          type: "line",
          step: "end",
          silent: true,
          symbol: "none",
          z: 2,
          lineStyle: { color: theme["--front"], width: 1.6, opacity: 0.7 },
          data: front,
        },
        ...groups.flatMap(({ series, trials }) => {
          const { colour, symbol } = look(series, theme);
          return [
            whiskers(trials.map((t) => [t.gigamacs, t.top1[1], t.top1[2], t.front ? 0.8 : 0.4]), colour),
            {
              type: "scatter",
              z: 3,
              symbol,
              data: trials.map((t) => ({
                value: [t.gigamacs, t.top1[0]],
                trial: t,
                symbolSize: SYMBOL_SIZES[symbol] * (t.front ? 1.1 : 0.9),
                itemStyle: t.front
                  ? { color: colour, opacity: 1, borderColor: theme["--card"], borderWidth: 1 }
                  : { color: theme["--dominated"], opacity: 1, borderColor: colour, borderWidth: 1.5 },
              })),
              label: {
                show: true,
                position: "left",
                color: theme["--soft"],
                fontSize: 11,
                formatter: ({ data }) => (data.trial.front ? data.trial.label : ""),
              },
              labelLayout: { hideOverlap: true, dx: 3, dy: -10 },
            },
          ];
        }),
      ],
    };
  }

  /** One line for each series over the keep rate; the baselines as dashed lines across. */
  function overKeepRate(quantity, name, limits) {
    const value = (trial) => [trial[quantity]].flat();
    return (section, theme) => {
      const groups = shown(section, "keepRate", quantity);
      const baselines = shown(section, quantity).filter((group) => group.series.baseline);
      const x = { ...xAxis("Keep rate", theme, all(groups, (t) => t.keepRate), [0, 1]), minInterval: 0.05 };
      return {
        xAxis: x,
        yAxis: yAxis(name, theme, all([...groups, ...baselines], value), limits),
        series: [
          ...all(baselines, (trial) => ({
            type: "line",
            z: 1,
            silent: true,
            symbol: "none",
            lineStyle: { color: theme["--soft"], type: [5, 4], width: 1.4 },
            data: groups.length > 0 ? [x.min, x.max].map((end) => [end, value(trial)[0]]) : [],
          })),
          ...groups.flatMap(({ series, trials }) => {
            const { colour, dash, symbol } = look(series, theme);
            const bars = trials.filter((t) => value(t).length === 3);
            return [
              whiskers(bars.map((t) => [t.keepRate, value(t)[1], value(t)[2], 0.5]), colour),
              {
                type: "line",
                z: 3,
                symbol,
                symbolSize: SYMBOL_SIZES[symbol] * 0.8,
                showAllSymbol: true,
                lineStyle: { color: colour, type: dash, width: 2 },
                itemStyle: { color: colour },
                data: trials
                  .map((t) => ({ value: [t.keepRate, value(t)[0]], trial: t }))
                  .sort((a, b) => a.value[0] - b.value[0]),
              },
            ];
          }),
        ],
      };
    };
  }

  function throughput(section, theme) {
    const groups = shown(section, "throughput", "top1");
    const line = (axisName, value) => ({ [axisName]: value, lineStyle: { color: theme["--soft"], type: [5, 4] } });
    return {
      xAxis: xAxis("Top-1 (%)", theme, all(groups, (t) => t.top1[0]), PERCENT),
      yAxis: yAxis("Images per second", theme, all(groups, (t) => t.throughput), POSITIVE),
      series: groups.flatMap(({ series, trials }) => {
        const { colour, symbol } = look(series, theme);
        return [
          whiskers(trials.map((t) => [t.top1[0], t.throughput[1], t.throughput[2], 0.7]), colour),
          {
            type: "scatter",
            z: 3,
            symbol,
            symbolSize: SYMBOL_SIZES[symbol] * 0.85,
            itemStyle: { color: colour, opacity: 1, borderColor: theme["--card"], borderWidth: 0.5 },
            data: trials.map((t) => ({ value: [t.top1[0], t.throughput[0]], trial: t })),
            markLine: {
              silent: true,
              symbol: "none",
              label: { show: false },
              data: series.baseline
                ? trials.flatMap((t) => [line("xAxis", t.top1[0]), line("yAxis", t.throughput[0])])
                : [],
            },
          },
        ];
      }),
    };
  }

  /** How each chart is drawn, and what a trial needs to be in it. */
  const CHARTS = {
    pareto: { draw: pareto, needs: ["gigamacs", "top1"] },
    throughput: { draw: throughput, needs: ["throughput", "top1"] },
    top1: { draw: overKeepRate("top1", "Top-1 (%)", PERCENT), needs: ["keepRate", "top1"] },
    diversityNorm: {
      draw: overKeepRate("diversityNorm", "r(Z) / (N·D)", POSITIVE),
      needs: ["keepRate", "diversityNorm"],
    },
    diversity: { draw: overKeepRate("diversity", "r(Z)", POSITIVE), needs: ["keepRate", "diversity"] },
  };

  function tooltip(trial) {
    const facts = element("dl", "");
    for (const [name, value] of trial.facts) {
      facts.append(element("dt", name), element("dd", value));
    }
    const tip = element("div", "", element("strong", trial.name), facts);
    tip.className = "tip";
    return tip;
  }

  function option(chart, theme) {
    return {
      animation: false,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      title: { text: chart.yAxis.title, left: 4, top: 4, padding: 0, textStyle: { color: theme["--soft"], fontSize: 12, fontWeight: "normal" } },
      grid: { left: 8, right: 14, top: 34, bottom: 32, containLabel: true },
      tooltip: {
        trigger: "item",
        confine: true,
        backgroundColor: theme["--card"],
        borderColor: theme["--line"],
        textStyle: { color: theme["--text"] },
        formatter: ({ data }) => (data.trial ? tooltip(data.trial) : ""),
      },
      ...chart,
    };
  }

  // ---- page ----

  const THEMED = ["--text", "--soft", "--line", "--card", "--dominated", "--front", ...COLOURS];

  /** The colours of now: light, dark or for printing. */
  function theme() {
    const style = getComputedStyle(document.documentElement);
    return Object.fromEntries(THEMED.map((name) => [name, style.getPropertyValue(name).trim()]));
  }

  /** The same names, for what follows the page by itself. */
  const FOLLOWING = Object.fromEntries(THEMED.map((name) => [name, `var(${name})`]));

  function swatch(series) {
    const canvas = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    canvas.setAttribute("width", "30");
    canvas.setAttribute("height", "14");
    const { colour, dash, symbol } = look(series, FOLLOWING);
    const add = (name, attributes) => {
      const node = document.createElementNS("http://www.w3.org/2000/svg", name);
      Object.entries(attributes).forEach(([key, value]) => node.setAttribute(key, value));
      canvas.append(node);
    };
    add("line", { x1: 0, x2: 30, y1: 7, y2: 7, style: `stroke: ${colour}`, "stroke-width": 2, "stroke-dasharray": dash.join(" ") });
    const shapes = {
      circle: "M15 2.5a4.5 4.5 0 1 0 .01 0z",
      diamond: "M15 1l6 6-6 6-6-6z",
      triangle: "M15 1.5l6 11H9z",
      rect: "M10.5 2.5h9v9h-9z",
      pin: "M15 13c-2-4-4-5-4-8a4 4 0 0 1 8 0c0 3-2 4-4 8z",
      arrow: "M15 1l5 12-5-3-5 3z",
    };
    add("path", { d: shapes[symbol], style: `fill: ${colour}` });
    return canvas;
  }

  const drawings = [];
  const redraw = (printing = false) => drawings.forEach((drawing) => drawing(printing));

  function legend(node, section) {
    section.series.forEach((series) => {
      const button = element("button", "", swatch(series), element("span", series.name));
      button.type = "button";
      button.title = series.name;
      button.setAttribute("aria-pressed", "true");
      button.addEventListener("click", () => {
        series.hidden = !series.hidden;
        button.setAttribute("aria-pressed", String(!series.hidden));
        redraw();
      });
      node.append(button);
    });
  }

  function draw(node, section) {
    const kind = CHARTS[node.dataset.chart];
    if (!section.trials.some((trial) => kind.needs.every((name) => trial[name] !== undefined))) {
      node.classList.add("empty");
      node.textContent = kind.needs[0] === "keepRate" ? "No measured trial has a keep rate." : "Not measured.";
      return;
    }
    const renderer = section.trials.length > MANY_TRIALS ? "canvas" : "svg";
    const chart = echarts.init(node, null, { renderer });
    drawings.push((printing) => {
      const paper = node.closest(".wide") ? { width: 990, height: 260 } : { width: 470, height: 215 };
      chart.resize(printing ? paper : { width: "auto", height: "auto" });
      const colours = theme();
      chart.setOption(option(kind.draw(section, colours), colours), { notMerge: true });
    });
    new ResizeObserver(() => chart.resize()).observe(node);
  }

  function sortable(table) {
    const headers = [...table.tHead.rows[0].cells];
    const body = table.tBodies[0];
    headers.forEach((header, column) => {
      const key = (row) => row.cells[column].dataset.key;
      header.querySelector("button").addEventListener("click", () => {
        const ascending = header.getAttribute("aria-sort") !== "ascending";
        headers.forEach((other) => other.removeAttribute("aria-sort"));
        header.setAttribute("aria-sort", ascending ? "ascending" : "descending");
        const numeric = header.classList.contains("number");
        const order = (a, b) => (numeric ? Number(a) - Number(b) : a.localeCompare(b, "en", { numeric: true }));
        const rows = [...body.rows].sort((a, b) => {
          const missing = Number(key(a) === "") - Number(key(b) === "");
          return missing || (ascending ? order(key(a), key(b)) : order(key(b), key(a)));
        });
        body.append(...rows);
      });
    });
  }

  document.querySelectorAll("[data-section]").forEach((node) => {
    const section = SECTIONS[Number(node.dataset.section)];
    node.querySelectorAll(".chart").forEach((chart) => draw(chart, section));
    legend(node.querySelector(".legend"), section);
    sortable(node.querySelector("table"));
  });
  redraw();

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => redraw());
  const print = (printing) => {
    document.documentElement.classList.toggle("printing", printing);
    redraw(printing);
  };
  addEventListener("beforeprint", () => print(true));
  addEventListener("afterprint", () => print(false));
})();
