// <rs-chart data-options="id-of-json-script">: a restrained ECharts in the page's own colours.
// Beside each chart stands its table; the chart is for those who would rather look than read.

import { BarChart, LineChart, PieChart, ScatterChart } from "echarts/charts";
import { GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { init, use, type EChartsType } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, PieChart, ScatterChart, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, LabelLayout, SVGRenderer]);

type Options = Record<string, unknown>;

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--rs-${name}`).trim();
}

// "$good" anywhere in the options stands for the page's colour of that name.
function coloured(value: unknown): unknown {
  if (typeof value === "string" && value.startsWith("$")) return colour(value.slice(1));
  if (Array.isArray(value)) return value.map(coloured);
  if (value && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, coloured(inner)]));
  return value;
}

class Chart extends HTMLElement {
  private chart?: EChartsType;
  private observer?: ResizeObserver;
  private readonly draw = (): void => this.render();

  connectedCallback(): void {
    this.render();
    this.observer = new ResizeObserver(() => this.chart?.resize());
    this.observer.observe(this);
    document.addEventListener("themechange", this.draw);
  }

  disconnectedCallback(): void {
    document.removeEventListener("themechange", this.draw);
    this.observer?.disconnect();
    this.chart?.dispose();
  }

  private render(): void {
    const source = document.getElementById(this.dataset.options ?? "");
    if (!source) return;
    const options = coloured(JSON.parse(source.textContent ?? "{}")) as Options;
    const text = { color: colour("ink-soft"), fontFamily: "inherit" };
    const axis = {
      axisLine: { lineStyle: { color: colour("line") } },
      axisTick: { show: false },
      axisLabel: text,
      splitLine: { lineStyle: { color: colour("line") } },
    };
    this.chart ??= init(this, null, { renderer: "svg" });
    this.chart.setOption({
      textStyle: text,
      grid: { left: 8, right: 24, top: 32, bottom: 8, containLabel: true },
      tooltip: { trigger: "axis", backgroundColor: colour("panel"), borderColor: colour("line"), textStyle: { color: colour("ink") } },
      legend: { top: 0, left: 0, icon: "roundRect", itemWidth: 10, itemHeight: 10, itemGap: 24, textStyle: text },
      ...options,
      xAxis: { ...axis, ...(options.xAxis as Options) },
      yAxis: { ...axis, ...(options.yAxis as Options) },
    });
  }
}

customElements.define("rs-chart", Chart);
