#!/bin/sh
# 真实数据走一遍：从原始文件到一个已发布、已导出的城区 · A real city, from raw files to a published and exported district.
#
#   sh cambridge.sh [DATA]      DATA: the folder of the raw files; none: the one in this repository
#
# It needs zhuwang on the PATH, works in the folder where it is started, and in the database of ZHUWANG_DATA or ZHUWANG_DATABASE_URL.
# City of Cambridge, Massachusetts; public domain (PDDL). Blocks become grids, block groups communities, tracts towns, parcels buildings.
set -eu
data=${1:-$(dirname "$0")/../../internal/testkit/testdata/cambridge}

for name in blocks_2010 blockgroups_2010 parcels_2014; do
    gunzip -c "$data/$name.geojson.gz" > "$name.geojson"
done

# 名录 · The register: what the district is called.
printf 'code,name\n990001,Cambridge\n' > names.csv
zhuwang migrate
zhuwang import divisions names.csv

# 网 · The net. A block's own number, GEOID10, stays as its source id; a code of 15 digits is given to each.
zhuwang check blocks_2010.geojson --crs wgs84
zhuwang import net blocks_2010.geojson --crs wgs84 --district 990001 --field code=GEOID10,name=NAME10 \
    --community blockgroups_2010.geojson --town prefix:11 --yes

# 建筑物 · Buildings. Storeys are left out: the file has them in quarters. What cannot be used is listed with its reason.
zhuwang import buildings parcels_2014.geojson --crs wgs84 --district 990001 \
    --field address=address,households=units,use=use --refused refused.csv --yes

# 问 · Ask.
zhuwang locate -71.1106 42.3736 --crs wgs84

# 带走 · Take it away. EPSG:26986 is Massachusetts in metres.
mkdir out
zhuwang export net -o out/net.gpkg
zhuwang export net -o out/net.geojson
zhuwang export net -o out/net.shp
zhuwang export net -o out/net-metres.gpkg --crs EPSG:26986
zhuwang export divisions -o out/divisions.xlsx
zhuwang export divisions --level community -o out/communities.gpkg
zhuwang export buildings -o out/buildings.gpkg
zhuwang export buildings -o out/buildings.csv
