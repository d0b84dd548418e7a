<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="2.18.28" simplifyAlgorithm="0" minimumScale="0" maximumScale="1e+08">
  <renderer-v2 forceraster="0" symbollevels="0" type="RuleRenderer" enableorderby="0">
    <rules key="{root}">
      <rule filter="&quot;cap&quot; = 1" key="{one}" symbol="0" scalemaxdenom="50000" label="Cấp 1"/>
      <rule filter="length(&quot;ten&quot;) > 9" key="{two}" symbol="0" label="Tên dài"/>
      <rule filter="ELSE" key="{three}" symbol="1" label="Khác"/>
      <rule filter="&quot;cap&quot; = 9" key="{four}" symbol="1" label="Tắt" checkstate="0"/>
    </rules>
    <symbols>
      <symbol alpha="0.5" clip_to_extent="1" type="marker" name="0">
        <layer pass="0" class="SimpleMarker" locked="0">
          <prop k="angle" v="0"/>
          <prop k="color" v="200,30,30,255"/>
          <prop k="name" v="circle"/>
          <prop k="outline_color" v="255,255,255,255"/>
          <prop k="outline_style" v="solid"/>
          <prop k="outline_width" v="0.2"/>
          <prop k="outline_width_unit" v="MM"/>
          <prop k="size" v="4"/>
          <prop k="size_unit" v="MM"/>
        </layer>
      </symbol>
      <symbol alpha="1" clip_to_extent="1" type="marker" name="1">
        <layer pass="0" class="SvgMarker" locked="0"><prop k="name" v="gpsicons/flag.svg"/></layer>
        <layer pass="0" class="SimpleMarker" locked="0">
          <prop k="color" v="90,90,90,255"/><prop k="name" v="pentagon"/><prop k="size" v="2"/>
        </layer>
      </symbol>
    </symbols>
  </renderer-v2>
</qgis>
