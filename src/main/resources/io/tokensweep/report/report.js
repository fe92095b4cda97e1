"use strict";
(() => {
  const SECTIONS = JSON.parse(document.getElementById("report-data").textContent);

  const COLOURS = [0, 1, 2, 3, 4, 5, 6].map((index) => `--method-${index}`);
  const DASHES = [[], [7, 4], [2, 3], [9, 3, 2, 3], [12, 5], [4, 2, 1, 2]];
  const SYMBOLS = ["circle", "diamond", "triangle", "rect", "pin", "arrow"];
  const SYMBOL_SIZES = { circle: 10, diamond: 13, triangle: 12, rect: 9, pin: 17, arrow: 12 };
  const FULL = 0;
  const FAINT = 2;
  const INK = -1;
  const PAPER = -2;
  const MANY_TRIALS = 300;
  const NEAR = 300; // pixels below the window that are drawn ahead
  const LONG_LEGEND = 24;
  const FEW_TRIALS = 2;

  const cycle = (values, index) => values[index % values.length];
  const distinct = (values) => [...new Set(values)];

  function element(name, text, ...children) {
    const node = document.createElement(name);
    node.textContent = text;
    node.append(...children);
    return node;
  }

  function button(text, pressed, onPress) {
    const node = element("button", text);
    node.type = "button";
    node.setAttribute("aria-pressed", String(pressed));
    node.addEventListener("click", () => {
      const now = node.getAttribute("aria-pressed") !== "true";
      node.setAttribute("aria-pressed", String(now));
      onPress(now);
    });
    return node;
  }

  // ---- axes ----

  const within = (bounds, axis) => [Math.max(bounds[0], axis.least ?? -Infinity), Math.min(bounds[1], axis.most ?? Infinity)];

  function extent(values) {
    const low = values.reduce((a, b) => Math.min(a, b), Infinity);
    const high = values.reduce((a, b) => Math.max(a, b), -Infinity);
    return { low, high, span: high - low || Math.abs(high) * 0.1 || 1 };
  }

  /** The distance of about six ticks: 1, 2 or 5 times a power of ten. */
  function tickDistance(span) {
    const rough = span / 6;
    const power = 10 ** Math.floor(Math.log10(rough));
    return power * [1, 2, 5, 10].find((multiple) => multiple * power >= rough * 0.999);
  }

  /** An axis along the bottom: as long as the values, and a little more. */
  function xAxis(axis, theme, values) {
    const { low, high, span } = extent(values);
    const [min, max] = within([low - span * 0.07, high + span * 0.07], axis);
    return {
      type: "value",
      name: axis.name,
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
  function yAxis(axis, theme, values) {
    const { low, high, span } = extent(values);
    const interval = tickDistance(span);
    const tidy = (ticks) => Number((ticks * interval).toPrecision(12));
    const [min, max] = within(
      [tidy(Math.floor((low - span * 0.03) / interval)), tidy(Math.ceil((high + span * 0.03) / interval))],
      axis,
    );
    return {
      type: "value",
      min,
      max,
      interval,
      axisLabel: { color: theme["--soft"], formatter: short },
      splitLine: { lineStyle: { color: theme["--line"] } },
    };
  }

  /** A tick's number: as it is, or with an exponent where that is shorter. */
  const short = (value) =>
    value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(1) : value.toLocaleString("en", { maximumFractionDigits: 4 });

  // ---- marks ----

  function look([colour, dash, symbol], theme) {
    const name = colour === INK ? "--text" : colour === PAPER ? "--paper" : COLOURS[colour];
    return { colour: theme[name], dash: cycle(DASHES, dash), symbol: cycle(SYMBOLS, symbol) };
  }

  /** The points of a series, from its columns. */
  function points(series) {
    return series.y.map((y, i) => ({
      x: series.x ? series.x[i] : i,
      y,
      low: series.low?.[i],
      high: series.high?.[i],
      trial: Array.isArray(series.trial) ? series.trial[i] : series.trial,
      emphasis: series.emphasis?.[i] ?? FULL,
      label: series.label?.[i] ?? "",
    }));
  }

  /** Vertical bars: each point is x, low, high, opacity. */
  function whiskers(bars, colour) {
    return {
      type: "custom",
      silent: true,
      z: 1,
      encode: { x: 0, y: [1, 2] },
      data: bars,
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

  const bars = (shown, colour) => {
    const known = shown.filter((p) => p.low !== undefined);
    const opacity = (p) => (p.emphasis === FAINT ? 0.3 : 0.75);
    return known.length > 0 ? [whiskers(known.map((p) => [p.x, p.low, p.high, opacity(p)]), colour)] : [];
  };

  /** Filled, hollow or grey. */
  function fill(point, colour, theme) {
    return point.emphasis === FULL
      ? { color: colour, opacity: 1, borderColor: theme["--card"], borderWidth: 1 }
      : point.emphasis === FAINT
        ? { color: theme["--dominated"], opacity: 1, borderColor: colour, borderWidth: 0.6 }
        : { color: theme["--card"], opacity: 1, borderColor: colour, borderWidth: 2 };
  }

  const item = (point, name) => ({ value: [point.x, point.y], point, series: name });

  const DRAWN = {
    points: (series, shown, { colour, symbol }, theme, state) => [
      ...bars(shown, colour),
      {
        type: "scatter",
        z: 3,
        symbol,
        data: shown.map((p) => ({
          ...item(p, series.name),
          symbolSize: SYMBOL_SIZES[symbol] * (p.trial === state.chosen ? 1.6 : p.emphasis === FAINT ? 0.8 : 1.1),
          itemStyle: fill(p, colour, theme),
        })),
        label: {
          show: series.look[0] !== PAPER && shown.length < MANY_TRIALS,
          position: "left",
          color: theme["--soft"],
          fontSize: 11,
          formatter: ({ data }) => (data.point.emphasis === FULL ? data.point.label : ""),
        },
        labelLayout: { hideOverlap: true, dx: 3, dy: -10 },
      },
    ],
    line: (series, shown, { colour, dash, symbol }, theme, state) => [
      ...bars(shown, colour),
      {
        type: "line",
        z: shown[0]?.trial === state.chosen ? 4 : 3,
        symbol,
        symbolSize: SYMBOL_SIZES[symbol] * 0.75,
        showAllSymbol: true,
        lineStyle: { color: colour, type: dash, width: shown[0]?.trial === state.chosen ? 3.5 : 2 },
        itemStyle: { color: colour },
        data: shown.map((p) => item(p, series.name)),
      },
    ],
    path: (series, shown, { colour, dash }, theme) => [
      {
        type: "line",
        silent: true,
        symbol: "none",
        z: 2,
        lineStyle: { color: colour, type: dash, width: 1.6, opacity: 0.75 },
        data: shown.map((p) => [p.x, p.y]),
      },
    ],
  };

  // ---- charts ----

  /** What is switched on in a section. */
  function visible(section, figure, series) {
    const { state } = section;
    if (series.look[0] === PAPER) {
      return state.papers ? points(series) : [];
    }
    return points(series).filter((point) => {
      if (point.trial < 0) {
        return true;
      }
      const trial = section.trials[point.trial];
      return (
        !state.hidden.has(trial[state.legend]) &&
        !state.hidden.has(trial.resolution) &&
        !state.hidden.has(trial.precision) &&
        (!state.frontOnly || series.kind !== "points" || point.emphasis === FULL) &&
        (!figure.layers || figure.chosen.includes(point.trial) || point.trial === state.chosen)
      );
    });
  }

  function tooltip(section, data) {
    const facts = element("dl", "");
    const add = (name, value) => facts.append(element("dt", name), element("dd", value));
    const trial = section.trials[data.point.trial];
    if (trial) {
      const cells = [...section.row(trial).cells];
      cells.forEach((cell, column) => {
        if (column > 0 && cell.textContent !== "–") {
          add(section.headers[column], cell.textContent);
        }
      });
    } else {
      add("", data.point.label);
      add("Top-1", `${data.point.y} %`);
      add("MACs", `${data.point.x} G`);
      add("", "Printed in the paper: ImageNet, other weights, other hardware.");
    }
    const tip = element("div", "", element("strong", trial ? trial.name : data.series), facts);
    tip.className = "tip";
    return tip;
  }

  function option(section, figure, theme) {
    const shown = figure.series
      .map((series) => ({ series, points: visible(section, figure, series) }))
      .filter((each) => each.points.length > 0);
    const all = shown.flatMap((each) => each.points);
    const marks = all.filter((p) => p.trial >= 0 || p.label);
    const bounds = marks.length > 0 ? marks : all;
    return {
      animation: false,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      title: {
        text: all.length > 0 ? figure.y.name : "Nothing is switched on.",
        left: 4,
        top: 4,
        padding: 0,
        textStyle: { color: theme["--soft"], fontSize: 12, fontWeight: "normal" },
      },
      grid: { left: 8, right: 14, top: 34, bottom: 32, containLabel: true },
      tooltip: {
        trigger: "item",
        confine: true,
        backgroundColor: theme["--card"],
        borderColor: theme["--line"],
        textStyle: { color: theme["--text"] },
        formatter: ({ data }) => (data.point ? tooltip(section, data) : ""),
      },
      xAxis: xAxis(figure.x, theme, bounds.map((p) => p.x)),
      yAxis: yAxis(figure.y, theme, bounds.flatMap((p) => [p.y, p.low ?? p.y, p.high ?? p.y])),
      series: shown.flatMap(({ series, points: some }) =>
        DRAWN[series.kind](series, some, look(series.look, theme), theme, section.state),
      ),
    };
  }

  // ---- page ----

  const THEMED = ["--text", "--soft", "--line", "--card", "--dominated", "--paper", ...COLOURS];

  /** The colours of now: light, dark or for printing. */
  function theme() {
    const style = getComputedStyle(document.documentElement);
    return Object.fromEntries(THEMED.map((name) => [name, style.getPropertyValue(name).trim()]));
  }

  /** The same names, for what follows the page by itself. */
  const FOLLOWING = Object.fromEntries(THEMED.map((name) => [name, `var(${name})`]));

  function swatch(marks) {
    const canvas = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    canvas.setAttribute("width", "30");
    canvas.setAttribute("height", "14");
    const { colour, dash, symbol } = look(marks, FOLLOWING);
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

  /** Draws anew what is in sight, and the rest when it comes into sight. */
  const redraw = () =>
    drawings.forEach((drawing) => {
      drawing.stale = true;
      drawing.draw();
    });

  function chart(node, section, figure) {
    let echart;
    const drawing = {
      stale: true,
      near: node.getBoundingClientRect().top < innerHeight + NEAR,
      draw(paper) {
        if (!drawing.stale || !(drawing.near || paper) || node.offsetParent === null) {
          return;
        }
        drawing.stale = false;
        const many = section.trials.length > MANY_TRIALS;
        echart ??= echarts.init(node, null, { renderer: many ? "canvas" : "svg" });
        echart.resize(paper ? (node.closest(".wide") ? { width: 990, height: 260 } : { width: 470, height: 215 }) : { width: "auto", height: "auto" });
        echart.setOption(option(section, figure, theme()), { notMerge: true });
        echart.off("click");
        echart.on("click", ({ data }) => {
          if (data?.point?.trial >= 0) {
            choose(section, data.point.trial);
          }
        });
      },
    };
    drawings.push(drawing);
    new IntersectionObserver(
      (entries) => {
        drawing.near = entries[entries.length - 1].isIntersecting;
        drawing.draw();
      },
      { rootMargin: `${NEAR}px` },
    ).observe(node);
    new ResizeObserver(() => {
      echart?.resize();
      drawing.draw();
    }).observe(node);
  }

  // ---- one trial ----

  const PANEL = document.querySelector(".chosen");

  function link(text, target) {
    const node = element("a", text);
    node.href = `#${target}`;
    return node;
  }

  /** Marks a trial everywhere and says where more about it is. */
  function choose(section, rank) {
    SECTIONS.forEach((other) => {
      other.state.chosen = other === section ? rank : undefined;
    });
    document.querySelectorAll("tr.chosen-row").forEach((row) => row.classList.remove("chosen-row"));
    const trial = section.trials[rank];
    section.row(trial).classList.add("chosen-row");
    const links = element("span", "", link("row in the table", `trial-${trial.id}`));
    if (section.node.querySelector(".layers")) {
      links.append(link("layers", section.node.querySelector(".layers").id));
    }
    if (document.getElementById(`maps-${trial.id}`)) {
      links.append(link("token maps", `maps-${trial.id}`));
    }
    const close = element("button", "✕");
    close.type = "button";
    close.setAttribute("aria-label", "close");
    close.addEventListener("click", () => {
      PANEL.hidden = true;
      section.state.chosen = undefined;
      section.row(trial).classList.remove("chosen-row");
      redraw();
    });
    PANEL.replaceChildren(element("strong", trial.name), links, close);
    PANEL.hidden = false;
    redraw();
  }

  // ---- controls ----

  function switches(section) {
    const { state, node } = section;
    const controls = node.querySelector(".controls");
    const filter = (key, values) =>
      values.length > 1 &&
      controls.append(
        ...values.map((value) =>
          button(value, true, (on) => {
            on ? state.hidden.delete(value) : state.hidden.add(value);
            redraw();
          }),
        ),
      );
    const front = button("Front only", false, (on) => {
      state.frontOnly = on;
      section.body.classList.toggle("front-only", on);
      redraw();
    });
    front.dataset.toggle = "front";
    controls.append(front);
    filter("resolution", distinct(section.trials.map((t) => t.resolution)));
    filter("precision", distinct(section.trials.map((t) => t.precision)));
    const papers = button("Papers' figures", false, (on) => {
      state.papers = on;
      node.classList.toggle("with-papers", on);
      redraw();
    });
    papers.dataset.toggle = "papers";
    papers.title = "What the papers print: ImageNet, other weights, other hardware";
    if (section.figures["accuracy-macs"]) {
      controls.append(papers);
      const note = element("span", "Brown: as the papers print it, for ImageNet with other weights on other hardware. Not measured here.");
      note.className = "papers-note";
      controls.append(note);
    }
  }

  /** Series by series; method by method where these are too many. */
  function legend(section) {
    const { state, node } = section;
    const looks = new Map();
    const measured = Object.values(section.figures).filter((figure) => !figure.layers);
    measured.forEach((figure) =>
      figure.series.forEach((series) => {
        if (series.look[0] !== PAPER && series.trial !== -1 && !looks.has(series.name)) {
          looks.set(series.name, series.look);
        }
      }),
    );
    state.legend = looks.size > LONG_LEGEND ? "method" : "series";
    distinct(section.trials.map((t) => t[state.legend])).forEach((name) => {
      const first = section.trials.find((t) => t[state.legend] === name && looks.has(t.series));
      if (first) {
        const entry = button("", true, (on) => {
          on ? state.hidden.delete(name) : state.hidden.add(name);
          redraw();
        });
        entry.append(swatch(looks.get(first.series)), element("span", name));
        entry.title = name;
        node.querySelector(".legend").append(entry);
      }
    });
  }

  /** One of the costs at a time. */
  function tabs(section) {
    const figures = [...section.node.querySelectorAll(".alternative")];
    const list = section.node.querySelector(".tabs");
    const show = (shown) => {
      figures.forEach((figure, i) => {
        figure.hidden = i !== shown;
        list.children[i]?.setAttribute("aria-selected", String(i === shown));
      });
      redraw();
    };
    if (figures.length > 1) {
      figures.forEach((figure, i) => {
        const tab = element("button", figure.querySelector("h3").textContent.replace("Accuracy against ", ""));
        tab.type = "button";
        tab.setAttribute("role", "tab");
        tab.addEventListener("click", () => show(i));
        list.append(tab);
      });
    }
    if (figures.length > 0) {
      show(0);
    }
  }

  // ---- table ----

  const key = (cell) => cell.dataset.key ?? cell.textContent;

  function sortable(table) {
    const headers = [...table.tHead.rows[0].cells];
    const body = table.tBodies[0];
    headers.forEach((header, column) => {
      header.querySelector("button").addEventListener("click", () => {
        const ascending = header.getAttribute("aria-sort") !== "ascending";
        headers.forEach((other) => other.removeAttribute("aria-sort"));
        header.setAttribute("aria-sort", ascending ? "ascending" : "descending");
        const numeric = header.classList.contains("number");
        const order = numeric ? (a, b) => Number(a) - Number(b) : new Intl.Collator("en", { numeric: true }).compare;
        const keyed = [...body.rows].map((row) => [key(row.cells[column]), row]);
        keyed.sort(([a], [b]) => {
          const missing = Number(a === "") - Number(b === "");
          return missing || (ascending ? order(a, b) : order(b, a));
        });
        body.append(...keyed.map(([, row]) => row));
      });
    });
  }

  /** Text that a spreadsheet would take for a formula gets an apostrophe. */
  function csvCell(cell, numeric) {
    const text = key(cell);
    const safe = !numeric && /^[\s=+@|%-]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  }

  function csv(table) {
    const headers = [...table.tHead.rows[0].cells];
    const lines = [...table.tBodies[0].rows]
      .filter((row) => !row.hidden)
      .map((row) => [...row.cells].map((cell, i) => csvCell(cell, headers[i].classList.contains("number"))).join(","));
    return [headers.map((h) => `"${headerText(h)}"`).join(","), ...lines].join("\r\n") + "\r\n";
  }

  const headerText = (header) => header.querySelector("button").textContent;

  function tools(section) {
    const table = section.node.querySelector("table.trials");
    const rows = [...table.tBodies[0].rows];
    const texts = rows.map((row) => row.textContent.toLowerCase());
    const box = document.createElement("input");
    box.type = "search";
    box.placeholder = "Filter: words that a row must have";
    box.setAttribute("aria-label", "Filter the table");
    const count = element("span", "");
    count.className = "soft";
    const filter = () => {
      const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
      rows.forEach((row, i) => {
        row.hidden = !words.every((word) => texts[i].includes(word));
      });
      count.textContent = `${rows.filter((row) => !row.hidden).length} of ${rows.length} trials`;
    };
    box.addEventListener("input", filter);
    const save = element("button", "Save as CSV");
    save.type = "button";
    save.addEventListener("click", () => {
      const file = URL.createObjectURL(new Blob([csv(table)], { type: "text/csv" }));
      const download = document.createElement("a");
      download.href = file;
      download.download = "trials.csv";
      download.click();
      URL.revokeObjectURL(file);
    });
    section.node.querySelector(".tools").append(box, count, save);
    section.body.addEventListener("click", ({ target }) => {
      const row = target.closest("tr");
      choose(section, section.trials.findIndex((trial) => `trial-${trial.id}` === row.id));
    });
    filter();
    sortable(table);
  }

  /** The trials whose layers are shown before one is chosen: some have nothing to show in a figure. */
  function chosen(section, figure) {
    const there = distinct(figure.series.map((series) => series.trial));
    const wanted = there.filter((trial) => section.chosen.includes(trial));
    return wanted.length > 0 ? wanted : there.slice(0, FEW_TRIALS);
  }

  // ---- start ----

  document.querySelectorAll("[data-section]").forEach((node) => {
    const section = SECTIONS[Number(node.dataset.section)];
    const table = node.querySelector("table.trials");
    section.node = node;
    section.body = table.tBodies[0];
    section.headers = [...table.tHead.rows[0].cells].map(headerText);
    const rows = new Map([...section.body.rows].map((row) => [row.id, row]));
    section.row = (trial) => rows.get(`trial-${trial.id}`);
    section.state = { hidden: new Set(), frontOnly: false, papers: false, legend: "series", chosen: undefined };
    Object.entries(section.figures).forEach(([name, figure]) => {
      figure.layers = name.startsWith("layers-");
      figure.chosen = chosen(section, figure);
      chart(node.querySelector(`[data-figure="${name}"] .chart`), section, figure);
    });
    switches(section);
    legend(section);
    tabs(section);
    tools(section);
  });
  redraw();

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => redraw());
  const print = (printing) => {
    document.documentElement.classList.toggle("printing", printing);
    drawings.forEach((drawing) => {
      drawing.stale = true;
      drawing.draw(printing);
    });
  };
  addEventListener("beforeprint", () => print(true));
  addEventListener("afterprint", () => print(false));
})();
