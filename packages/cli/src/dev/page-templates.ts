const STYLE = `
  :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
  body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
  h1 { font-size: 1.3rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
  table { border-collapse: collapse; width: 100%; }
  th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #8884; vertical-align: top; }
  pre { overflow: auto; padding: .8rem; background: #8881; white-space: pre-wrap; overflow-wrap: anywhere; }
  .SUCCEEDED { color: #2a8a3c; } .FAILED, .TIMED_OUT, .ABORTED { color: #d1383d; } .RUNNING { color: #2f6fd0; }
  .quiet { opacity: .7; }`;

const page = (body: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
{{#refreshSeconds}}<meta http-equiv="refresh" content="{{refreshSeconds}}">{{/refreshSeconds}}
<title>{{title}}</title>
<style>${STYLE}</style>
${body}
</html>
`;

/** View: {@link OverviewView} in `status-page.ts`. */
export const OVERVIEW = page(`<h1>sfs3 dev</h1>
<p class="quiet">S3, Step Functions, Lambda and IoT at {{url}}, MQTT at {{mqttUrl}}</p>
{{#machines}}
<h2>{{name}}</h2>
{{#startUrl}}<p class="quiet">start it: POST {{startUrl}}</p>{{/startUrl}}
{{^startUrl}}<p class="quiet">its source is gone; it stays as it last was</p>{{/startUrl}}
{{^executions.length}}<p>no executions</p>{{/executions.length}}
{{#executions.length}}
<table>
<tr><th>execution<th>status<th>started<th>took
{{#executions}}
<tr><td><a href="{{href}}">{{name}}</a><td class="{{status}}">{{status}}<td>{{started}}<td>{{took}}
{{/executions}}
</table>
{{/executions.length}}
{{/machines}}`);

/** View: {@link ExecutionView} in `status-page.ts`. */
export const EXECUTION = page(`<p><a href="/_sfs3">all processes</a>
<h1>{{name}} <span class="{{status}}">{{status}}</span></h1>
<p class="quiet">{{executionArn}}<br>started {{started}}{{#took}}, took {{took}}{{/took}}</p>
{{#failure}}<pre>{{failure}}</pre>{{/failure}}
<h2>Sidecar</h2>
{{#sidecar}}<pre>{{sidecar}}</pre>{{/sidecar}}
{{^sidecar}}<p>There is none under the key of this execution.</p>{{/sidecar}}
<h2>History, the latest first</h2>
<table>
<tr><th>#<th>event<th>at<th>details
{{#events}}<tr><td>{{id}}<td>{{type}}<td>{{at}}<td><code>{{details}}</code>
{{/events}}
</table>`);
